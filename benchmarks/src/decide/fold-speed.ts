/** Times the fold of a million outcomes into evidence, in CPU time of the process, and the memory that it takes. */
import { cpuUsage, resourceUsage } from 'node:process';
import { type Evidence, foldEvidence, noEvidence } from '@ratchet/learning';
import { armsOf, eventsOf, requestsOf } from './served-world.ts';
import type { SpeedGoal } from './speed-goal.ts';

const batches = 100;
const batchSize = 10_000;

/** To be run first in its process: the peak is that of all that ran before, too. */
export function foldSpeed(): readonly SpeedGoal[] {
  const world = { requests: requestsOf(2000, 'folded'), arms: armsOf(20) };
  const perEvent: number[] = [];
  let evidence: Evidence = noEvidence;
  for (let batch = 0; batch < batches; batch++) {
    const events = eventsOf(batchSize, `batch ${batch}`, world);
    const before = cpuUsage();
    evidence = foldEvidence(evidence, events, { clip: 60, baselineOf: () => null });
    const { user, system } = cpuUsage(before);
    perEvent.push((user + system) / batchSize);
  }
  perEvent.sort((a, b) => a - b);
  return [
    { what: 'fold step, p50 of batches, per event', unit: 'us', measured: perEvent[Math.floor(batches / 2)] as number, most: 50 },
    { what: 'fold step, p99 of batches, per event', unit: 'us', measured: perEvent[Math.floor(0.99 * batches)] as number, most: null },
    { what: '1,000,000 outcomes folded', unit: 's', measured: (perEvent.reduce((sum, own) => sum + own, 0) * batchSize) / 1e6, most: 60 },
    { what: '1,000,000 outcomes folded, peak of the process', unit: 'MB', measured: resourceUsage().maxRSS / 1024, most: 1024 },
  ];
}
