/** Puts what a service learned into the form of a run's summary, so that the drawings of reports can show it. */
import type { Metrics, Summary } from '@ratchet/harness/figures';
import type { Interval, Learned, LearnedGeneration } from '@ratchet/service';
import { emptySummary } from '../elements/empty-summary.ts';

type GenerationRow = Summary['generationRows'][number];
type PolicySummary = Summary['policies'][string];

/** Generations, the last ones, that have a point of their own in the plane. */
const mostPoints = 12;
const learnedName = 'what served';
const baselineName = 'heuristic';

/** For curves and the heatmap: one policy that learns, and the heuristic as the line of reference. */
export function summaryOfLearned(learned: Learned): Summary {
  const rows = learned.generations.filter(({ decisions }) => decisions > 0);
  const last = rows.at(-1);
  return {
    ...emptySummary,
    baseline: baselineName,
    generations: learned.generations.length,
    policies: {
      [baselineName]: policy(metricsOf(learned.heuristic, null), null),
      ...(last === undefined ? {} : { [learnedName]: policy(metricsOf(last, last.regret), [learned.serving]) }),
    },
    generationRows: rows.map(
      (generation): GenerationRow => ({
        policy: learnedName,
        generation: generation.generation,
        phase: 'train',
        trials: generation.decisions,
        metrics: metricsOf(generation, generation.regret),
        promotedSeeds: null,
        strategies: generation.strategies,
        models: {},
        parameters: {},
      }),
    ),
    decisions: rows.flatMap(({ generation, families }) =>
      families.map(({ family, strategy, decisions }) => ({ policy: learnedName, generation, phase: 'train' as const, family, strategy, count: decisions })),
    ),
  };
}

/** For the cost-quality plane: each generation that served as a point, the one that serves now set off. */
export function planeOfLearned(learned: Learned): Summary {
  const shown = learned.generations.filter(({ quality, costUsd }) => quality !== null && costUsd !== null).slice(-mostPoints);
  const name = ({ generation }: LearnedGeneration) => (generation === 0 ? baselineName : `generation ${generation}`);
  return {
    ...emptySummary,
    baseline: baselineName,
    generations: learned.generations.length,
    policies: Object.fromEntries(
      shown.map((generation) => [
        name(generation),
        policy(metricsOf(generation, generation.regret), generation.generation === learned.serving ? [generation.generation] : null),
      ]),
    ),
  };
}

function metricsOf(means: { readonly quality: Interval; readonly costUsd: Interval; readonly latencyMs: Interval }, regret: Interval): Metrics {
  return { quality: means.quality, costUsd: means.costUsd, latencyMs: means.latencyMs, utility: null, regret };
}

function policy(heldout: Metrics, promoted: number[] | null): PolicySummary {
  return { heldout, heldoutAtStart: null, promoted, strategies: {}, models: {}, solved: 0, trials: 0 };
}
