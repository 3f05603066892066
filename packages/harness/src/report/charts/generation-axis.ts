/** What charts by generation share: the rows of the policy they are about, and whole numbers as ticks. */
import { focusPolicy } from '../focus-policy.ts';
import type { GenerationRow, Summary } from '../summary.ts';

/** The training rows of the policy that the report is about, in order of generation. */
export function focusRows(summary: Summary): readonly GenerationRow[] {
  const focus = focusPolicy(summary);
  return summary.generationRows.filter(({ policy, phase }) => policy === focus && phase === 'train').sort((a, b) => a.generation - b.generation);
}

/** The first generation and, evenly spaced, as many more as fit. */
export function generationTicks(generations: readonly number[], most = 6): number[] {
  const first = Math.min(...generations);
  const last = Math.max(...generations);
  const step = Math.max(1, Math.ceil((last - first) / (most - 1)));
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}

/** The same of a scale that has places for these generations alone, some of which may be missing. */
export function bandTicks(generations: readonly number[]): number[] {
  const ticks = generationTicks(generations).filter((tick) => generations.includes(tick));
  return ticks.length > 2 || ticks.length === generations.length ? ticks : [...generations];
}
