/** What the learned policy knows: sufficient statistics of each metric, over all arms, and the scale of cost and latency. */
import { z } from 'zod';
import type { UtilityScale } from '../objective.ts';
import { SnapshotError } from '../snapshot.ts';
import { emptyStatistics, type LinearStatistics } from './linear-posterior.ts';
import { decodeNumbers, encodeNumbers } from './number-coding.ts';
import { type RequestKinds, restoreKinds, savedKindsSchema, saveKinds } from './request-kinds.ts';

export interface LearnedState {
  readonly generation: number;
  readonly quality: LinearStatistics;
  /** Of the logarithm of the cost. */
  readonly cost: LinearStatistics;
  /** Of the logarithm of the latency. */
  readonly latency: LinearStatistics;
  /** Per arm: outcomes with a quality, and the sum of their qualities. */
  readonly pulls: readonly number[];
  readonly qualitySums: readonly number[];
  /** Means of the first generation; null before it. */
  readonly scale: UtilityScale | null;
  /** Fitted on the requests of the first generation; null before it, and where there were too few. */
  readonly kinds: RequestKinds | null;
}

export function emptyState(dimension: number, arms: number): LearnedState {
  const zeros = Array.from({ length: arms }, () => 0);
  const empty = emptyStatistics(dimension);
  return { generation: 0, quality: empty, cost: empty, latency: empty, pulls: zeros, qualitySums: zeros, scale: null, kinds: null };
}

const finite = z.number().refine(Number.isFinite);
const statisticsSchema = z.strictObject({ lower: z.string(), cross: z.string(), squares: finite, count: finite.min(0) });
const stateSchema = z.strictObject({
  generation: z.int().min(0),
  quality: statisticsSchema,
  cost: statisticsSchema,
  latency: statisticsSchema,
  pulls: z.array(finite),
  qualitySums: z.array(finite),
  scale: z.strictObject({ quality: finite, costUsd: finite.nullable(), latencyMs: finite.nullable() }).nullable(),
  kinds: savedKindsSchema,
});

export function saveState(state: LearnedState): unknown {
  return {
    ...state,
    quality: saveStatistics(state.quality),
    cost: saveStatistics(state.cost),
    latency: saveStatistics(state.latency),
    kinds: saveKinds(state.kinds),
  };
}

/** Throws a `SnapshotError` for a state of other arms, or with numbers that are not finite. */
export function restoreState(saved: unknown, dimension: number, arms: number): LearnedState {
  const parsed = stateSchema.safeParse(saved);
  if (!parsed.success)
    throw new SnapshotError(`the saved state is not one of the learned policy: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  const { data } = parsed;
  if (data.pulls.length !== arms || data.qualitySums.length !== arms) {
    throw new SnapshotError(`the saved state knows ${data.pulls.length} arms, the scenario has ${arms}; train again`);
  }
  return {
    ...data,
    quality: restoreStatistics(data.quality, dimension),
    cost: restoreStatistics(data.cost, dimension),
    latency: restoreStatistics(data.latency, dimension),
    kinds: restoreKinds(data.kinds),
  };
}

/** The lower triangle says it all: the matrix is symmetric. */
function saveStatistics({ outer, cross, squares, count }: LinearStatistics): z.infer<typeof statisticsSchema> {
  const dimension = cross.length;
  const lower = new Float64Array((dimension * (dimension + 1)) / 2);
  let slot = 0;
  for (let row = 0; row < dimension; row++) for (let column = 0; column <= row; column++) lower[slot++] = outer[row * dimension + column] as number;
  return { lower: encodeNumbers(lower), cross: encodeNumbers(cross), squares, count };
}

function restoreStatistics(saved: z.infer<typeof statisticsSchema>, dimension: number): LinearStatistics {
  const lower = decodeNumbers(saved.lower);
  const cross = decodeNumbers(saved.cross);
  if (cross.length !== dimension || lower.length !== (dimension * (dimension + 1)) / 2) {
    throw new SnapshotError(`the saved state has ${cross.length} features, the arms of the scenario need ${dimension}; train again`);
  }
  const outer = new Float64Array(dimension * dimension);
  let slot = 0;
  for (let row = 0; row < dimension; row++) {
    for (let column = 0; column <= row; column++) {
      outer[row * dimension + column] = lower[slot] as number;
      outer[column * dimension + row] = lower[slot++] as number;
    }
  }
  return { outer, cross, squares: saved.squares, count: saved.count };
}
