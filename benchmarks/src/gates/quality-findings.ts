/** How often `experiment gate` finds answers that were spoilt by planted code, and how often it fails code that is as it was. */
import { join } from 'node:path';
import { z } from 'zod';
import { projectRoot } from '../suite/project-root.ts';
import { runExperiment, runRatchet } from '../suite/run-ratchet.ts';
import { cutAnswers, otherLuck, type PlantedChange, plantedCheckout } from './plant-change.ts';
import type { FindingsOrder } from './speed-findings.ts';

export interface QualityFinding {
  /** Whether the gate failed, by whatever check. */
  readonly failed: boolean;
  /** Quality of the baseline, whose decisions do not depend on luck, held out: run less reference, in [-1, 1]. */
  readonly delta: number;
}

export interface QualityFindings {
  readonly plantedSameLuck: readonly QualityFinding[];
  readonly plantedOtherLuck: readonly QualityFinding[];
  readonly unchangedSameLuck: readonly QualityFinding[];
  readonly unchangedOtherLuck: readonly QualityFinding[];
}

const protocol = join(projectRoot, 'benchmarks/data/gates.yaml');
/** Of answers that are cut: what costs about three points of quality. */
const share = 0.045;

const gateSchema = z.object({ passed: z.boolean(), checks: z.array(z.object({ name: z.string(), passed: z.boolean(), detail: z.string() })) });

/** Each run is of a checkout of its own; all results stand in one folder, so that they can be judged by each other. */
export async function qualityFindings({ folder, repeats, alarms, say }: FindingsOrder): Promise<QualityFindings> {
  const results = join(folder, 'results');
  const run = async (name: string, changes: readonly PlantedChange[]): Promise<string> => {
    const checkout = plantedCheckout(join(folder, name), changes);
    await runExperiment({ checkout, results, words: [protocol, '--run', name, '--fresh'] });
    return name;
  };
  const judge = async (name: string, reference: string): Promise<QualityFinding> => {
    const { stdout } = await runRatchet({ results, words: ['experiment', 'gate', `gates/${name}`, '--reference', `gates/${reference}`, '--json', '--quiet'] });
    const { passed, checks } = gateSchema.parse(JSON.parse(stdout));
    const quality = checks.find((check) => check.name.startsWith('quality of heuristic'));
    return { failed: !passed, delta: Number(/^[+-][\d.]+/.exec(quality?.detail ?? '')?.[0]) / 100 };
  };
  const plain = [await run('plain 0', [otherLuck(0)])];
  const unchangedSameLuck = [await judge(await run('again 0', [otherLuck(0)]), 'plain 0')];
  const found = { plantedSameLuck: [] as QualityFinding[], plantedOtherLuck: [] as QualityFinding[], unchangedOtherLuck: [] as QualityFinding[] };
  for (let turn = 1; turn <= Math.max(repeats, alarms); turn++) {
    plain.push(await run(`plain ${turn}`, [otherLuck(turn)]));
    if (turn <= alarms) found.unchangedOtherLuck.push(await judge(`plain ${turn}`, `plain ${turn - 1}`));
    if (turn <= repeats) {
      const planted = await run(`planted ${turn}`, [otherLuck(0), cutAnswers(share, turn)]);
      found.plantedSameLuck.push(await judge(planted, 'plain 0'));
      found.plantedOtherLuck.push(await judge(planted, `plain ${turn}`));
    }
    const last = (name: string, list: readonly QualityFinding[]) =>
      list.length < turn ? [] : [`${name} ${list.at(-1)?.failed ? 'FAILED' : 'passed'} (${(100 * (list.at(-1)?.delta ?? 0)).toFixed(2)} points)`];
    const told = [
      ...last('planted', found.plantedSameLuck),
      ...last('under other luck', found.plantedOtherLuck),
      ...last('unchanged under other luck', found.unchangedOtherLuck),
    ];
    say(`  quality ${turn}: ${told.join(', ')}`);
  }
  return { ...found, unchangedSameLuck };
}
