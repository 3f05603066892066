/** Notices when an arm's quality is no longer what it was, and lets its older outcomes count less. */
import { armId } from '@ratchet/core';
import { alarmNow, type DriftSettings, type DriftState, noDrift, pageHinkley } from '../drift/page-hinkley.ts';
import type { LearningEvent } from '../outcome.ts';
import { cellKey, type Evidence, exactQuality, newJudgements, ofCellKey, slot } from './evidence.ts';
import { requestKey } from './request-entry.ts';

/** Wider than the defaults of `pageHinkley`: tasks of an experiment come again and again, and models of few outcomes err in one direction. */
const settings: DriftSettings = { tolerance: 0.5, threshold: 20, centredPrior: 50, clip: 3 };
/** An arm is watched once so many of its outcomes are known. */
const fewestOutcomes = 50;
/** What older outcomes of the arm count after an alarm; a power of two, so that sums stay exact. */
const discount = 0.25;

export interface WatchedForecasts {
  /** Expected quality of the event's arm on its request, by the models that knew nothing of the event; null where they have none. */
  expected(event: LearningEvent): number | null;
  /** Variance of one outcome around it. */
  readonly variance: number;
  /** Share of that variance which repeats with the request. */
  readonly repeatability: number;
}

export interface DriftWatch {
  readonly drift: ReadonlyMap<string, DriftState>;
  readonly evidence: Evidence;
}

/**
 * `evidence` is that from before the events. A request counts once a generation, however often it was asked, and an outcome once
 * however often it is told; the order of the events does not matter. Throws an `EvidenceError` for events that no evidence can be.
 */
export function watchDrift({ drift, evidence }: DriftWatch, events: readonly LearningEvent[], forecasts: WatchedForecasts): DriftWatch {
  const outcomes = outcomesByArm(evidence);
  const residuals = new Map<string, Map<number, { sum: number; count: number; expected: number }>>();
  for (const event of newJudgements(evidence, events)) {
    const id = armId(event.arm);
    const expected = (outcomes.get(id) ?? 0) < fewestOutcomes ? null : forecasts.expected(event);
    if (expected === null) continue;
    const byRequest = residuals.get(id) ?? new Map<number, { sum: number; count: number; expected: number }>();
    residuals.set(id, byRequest);
    const key = requestKey(event.analysis);
    const own = byRequest.get(key) ?? { sum: 0, count: 0, expected };
    byRequest.set(key, { sum: own.sum + exactQuality(event.outcome.quality as number), count: own.count + 1, expected: own.expected });
  }
  const next = new Map(drift);
  const alarmed: string[] = [];
  for (const [id, byRequest] of residuals) {
    let state = next.get(id) ?? noDrift;
    for (const key of [...byRequest.keys()].sort((a, b) => a - b)) {
      const { sum, count, expected } = byRequest.get(key) as { sum: number; count: number; expected: number };
      const variance = (forecasts.variance * (1 + (count - 1) * forecasts.repeatability)) / count;
      state = pageHinkley(state, (sum / count - expected) / Math.sqrt(variance), settings);
      if (alarmNow(state) !== null && !alarmed.includes(id)) alarmed.push(id);
    }
    next.set(id, state);
  }
  return { drift: next, evidence: alarmed.reduce(discountArm, evidence) };
}

function outcomesByArm({ overall }: Evidence): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [name, sums] of overall) {
    const { armId: id } = ofCellKey(name);
    counts.set(id, (counts.get(id) ?? 0) + (sums[slot.count] as number));
  }
  return counts;
}

/** The covariance of what is known of the arm grows; nothing is deleted (power priors: Ibrahim and Chen 2000). */
function discountArm(evidence: Evidence, id: string): Evidence {
  const scaled = (cells: ReadonlyMap<string, Float64Array>): ReadonlyMap<string, Float64Array> =>
    new Map([...cells].map(([name, sums]) => [name, ofCellKey(name).armId === id ? sums.map((value) => value * discount) : sums]));
  const concerned = (cells: ReadonlyMap<string, Float64Array>): boolean =>
    cells.has(cellKey(undefined, id)) || [...cells.keys()].some((name) => ofCellKey(name).armId === id);
  return {
    ...evidence,
    overall: scaled(evidence.overall),
    requests: new Map([...evidence.requests].map(([key, request]) => [key, concerned(request.cells) ? { ...request, cells: scaled(request.cells) } : request])),
  };
}
