/** What a list of runs says of one. */

import type { RunHead } from '../http/run-answers.ts';
import type { RunEntry } from './run-library.ts';

const unknown = {
  scenario: null,
  title: null,
  evidence: null,
  complete: false,
  startedAt: null,
  durationMs: null,
  tasks: null,
  seeds: null,
  generations: null,
  policies: [],
  gate: null,
  learned: null,
  baseline: null,
} satisfies Partial<RunHead>;

export function runHead(entry: RunEntry): RunHead {
  const { experiment, run, hasTrials } = entry;
  if (entry.kind === 'unreadable') return { experiment, run, hasTrials, ...unknown, policies: [], problem: entry.problem };
  const { summary, manifest } = entry;
  const { startedAt, durationMs, facts } = manifest;
  if (summary === null) {
    // It is being run, or was ended before it said anything.
    return {
      experiment,
      run,
      hasTrials,
      ...unknown,
      policies: [],
      startedAt,
      durationMs,
      scenario: typeof facts['scenario'] === 'string' ? facts['scenario'] : null,
    };
  }
  const { scenario, title, evidence, complete, tasks, seeds, generations, gate, policies, baseline } = summary;
  return {
    experiment,
    run,
    scenario,
    title,
    evidence,
    complete,
    startedAt: summary.startedAt,
    durationMs: summary.durationMs,
    tasks: tasks.total,
    seeds: seeds.length,
    generations,
    policies: Object.keys(policies),
    gate: gate.passed,
    learned: metricsOf(policies['learned']?.heldout),
    baseline: metricsOf(policies[baseline]?.heldout),
    hasTrials,
  };
}

function metricsOf(metrics: Pick<NonNullable<RunHead['learned']>, 'utility' | 'quality' | 'costUsd' | 'latencyMs'> | undefined): RunHead['learned'] {
  if (metrics === undefined) return null;
  const { utility, quality, costUsd, latencyMs } = metrics;
  return { utility, quality, costUsd, latencyMs };
}
