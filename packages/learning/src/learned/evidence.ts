/** The evidence that a learner keeps: sums of outcomes by request and arm, which add up in any order. */
import { type Analysis, type Arm, armId, RatchetError, seededRandom } from '@ratchet/core';
import type { LearningEvent } from '../outcome.ts';
import { type RequestEntry, requestEntry, requestKey, wholeEntry } from './request-entry.ts';
import { nothingSeen, type SeenOutcomes, wasSeen, withSeen } from './seen-outcomes.ts';

/** Outcomes that no honest model can be made of. */
export class EvidenceError extends RatchetError {
  readonly kind = 'invalid-evidence';
}

/** Slots of a cell's sums. Logarithms are relative to a tenth of a cent and to five seconds. */
export const slot = {
  count: 0,
  quality: 1,
  squares: 2,
  inverse: 3,
  inverseQuality: 4,
  costs: 5,
  logCost: 6,
  cost: 7,
  latencies: 8,
  logLatency: 9,
  latency: 10,
} as const;
export const slots = 11;

export interface RequestEvidence {
  readonly entry: RequestEntry;
  /** Id of the arm that generation 0 takes for it; null where it leaves that to chance. */
  readonly baseline: string | null;
  /** Decisions whose quality is known. */
  readonly decisions: number;
  /** By `cellKey`. */
  readonly cells: ReadonlyMap<string, Float64Array>;
}

export interface Evidence {
  readonly feedback: 'bandit' | 'full' | null;
  /** Every arm that was ever seen, candidate or not, by id. */
  readonly arms: ReadonlyMap<string, Arm>;
  /** By `requestKey`; at most `mostRequests`, those with the least keys, which is a fair sample. */
  readonly requests: ReadonlyMap<number, RequestEvidence>;
  /** Sums over all requests ever, by `cellKey`. */
  readonly overall: ReadonlyMap<string, Float64Array>;
  /** The parts of outcomes that were folded. */
  readonly seen: SeenOutcomes;
}

export const noEvidence: Evidence = { feedback: null, arms: new Map(), requests: new Map(), overall: new Map(), seen: nothingSeen };

export const mostRequests = 4096;
export interface FoldSettings {
  /** Largest importance weight of an outcome. */
  readonly clip: number;
  readonly baselineOf: (analysis: Analysis) => string | null;
}

/**
 * Adds events; a duplicate changes nothing. Every addend is rounded to a binary fraction, so sums are exact and the order of
 * events does not matter to the last bit: fold(a ++ b) = fold(fold(a), b) = fold(b ++ a). Throws an `EvidenceError` for
 * numbers out of range and for bandit feedback mixed with full information; then nothing was added.
 */
export function foldEvidence(evidence: Evidence, events: readonly LearningEvent[], settings: FoldSettings): Evidence {
  if (events.length === 0) return evidence;
  const feedback = requireEvents(evidence, events);
  const arms = new Map(evidence.arms);
  const requests = new Map(evidence.requests);
  const overall = new Map(evidence.overall);
  const told = new Set<number>();
  const fresh = new Map<number, { entry: RequestEntry; baseline: string | null; decisions: number; cells: Map<string, Float64Array> }>();
  const freshOverall = new Set<string>();
  const keys = new Map<Analysis, number>();
  for (const event of events) {
    const { quality, costUsd, latencyMs } = event.outcome;
    const parts = seededRandom(event.id);
    const judged = quality !== null && isNew(evidence.seen, told, parts.uniform('quality'));
    const costed = costUsd !== null && isNew(evidence.seen, told, parts.uniform('cost'));
    const timed = latencyMs !== null && isNew(evidence.seen, told, parts.uniform('latency'));
    if (!judged && !costed && !timed) continue;
    const id = armId(event.arm);
    if (!arms.has(id)) arms.set(id, event.arm);
    let key = keys.get(event.analysis);
    if (key === undefined) {
      key = requestKey(event.analysis);
      keys.set(event.analysis, key);
    }
    let request = fresh.get(key);
    if (request === undefined) {
      const old = requests.get(key);
      request =
        old === undefined
          ? { entry: requestEntry(event.analysis), baseline: settings.baselineOf(event.analysis), decisions: 0, cells: new Map() }
          : { ...old, entry: wholeEntry(old.entry, event.analysis), cells: new Map([...old.cells].map(([name, sums]) => [name, sums.slice()])) };
      fresh.set(key, request);
      requests.set(key, request);
    }
    const name = cellKey(event.tenant, id);
    let cell = request.cells.get(name);
    if (cell === undefined) {
      cell = new Float64Array(slots);
      request.cells.set(name, cell);
    }
    let total = overall.get(name);
    if (total === undefined || !freshOverall.has(name)) {
      total = total?.slice() ?? new Float64Array(slots);
      overall.set(name, total);
      freshOverall.add(name);
    }
    if (judged) {
      request.decisions++;
      const weight = Math.min(settings.clip, 1 / event.propensity);
      for (const sums of [cell, total]) {
        add(sums, slot.count, 1);
        add(sums, slot.quality, exactQuality(quality));
        add(sums, slot.squares, exact(quality * quality, 2 ** 30));
        add(sums, slot.inverse, exact(weight, 2 ** 20));
        add(sums, slot.inverseQuality, exact(exact(weight, 2 ** 20) * quality, 2 ** 20));
      }
    }
    if (costed) addMeasure([cell, total], costUsd, { count: slot.costs, log: slot.logCost, sum: slot.cost, least: 1e-9, unit: 1e-3, grain: 2 ** 30 });
    if (timed) addMeasure([cell, total], latencyMs, { count: slot.latencies, log: slot.logLatency, sum: slot.latency, least: 0.1, unit: 5000, grain: 2 ** 10 });
  }
  dropBeyond(requests);
  return { feedback, arms, requests, overall, seen: withSeen(evidence.seen, told) };
}

/** Those whose quality is told for the first time, each once. Throws an `EvidenceError` as `foldEvidence` does. */
export function newJudgements(evidence: Evidence, events: readonly LearningEvent[]): readonly LearningEvent[] {
  if (events.length > 0) requireEvents(evidence, events);
  const told = new Set<number>();
  return events.filter(({ id, outcome }) => outcome.quality !== null && isNew(evidence.seen, told, seededRandom(id).uniform('quality')));
}

/** Quality rounded as it is summed up, so that sums of it are exact. */
export function exactQuality(quality: number): number {
  return exact(quality, 2 ** 30);
}

/** An arm's outcomes as one tenant saw them. */
export function cellKey(tenant: string | undefined, armId: string): string {
  return `${tenant ?? ''}\n${armId}`;
}

export function ofCellKey(key: string): { readonly tenant: string; readonly armId: string } {
  const at = key.indexOf('\n');
  return { tenant: key.slice(0, at), armId: key.slice(at + 1) };
}

function requireEvents({ feedback }: Evidence, events: readonly LearningEvent[]): 'bandit' | 'full' {
  let regime = feedback;
  for (const { id, propensity, outcome, feedback: own = 'bandit', tenant } of events) {
    if (regime !== null && regime !== own) {
      throw new EvidenceError(
        `the outcome "${id}" is ${own === 'full' ? 'full information' : 'bandit feedback'}, the others are not; train one learner for each`,
      );
    }
    regime = own;
    if (!(propensity > 0 && propensity <= 1)) throw new EvidenceError(`the outcome "${id}" has propensity ${propensity}; it must be in (0, 1]`);
    if (tenant?.includes('\n') === true) throw new EvidenceError(`the outcome "${id}" has a tenant with a line break in its name`);
    const { quality, costUsd, latencyMs } = outcome;
    if (quality !== null && !(quality >= 0 && quality <= 1)) throw new EvidenceError(`the outcome "${id}" has quality ${quality}; it must be in [0, 1]`);
    for (const [what, value] of [
      ['cost', costUsd],
      ['latency', latencyMs],
    ] as const) {
      if (value !== null && !(value >= 0 && value <= 1e12)) throw new EvidenceError(`the outcome "${id}" has a ${what} of ${value}; it must be from 0 to 1e12`);
    }
  }
  return regime as 'bandit' | 'full';
}

/** Whether a part is told for the first time, by a draw that names it; then it is added to `told`. */
function isNew(seen: SeenOutcomes, told: Set<number>, draw: number): boolean {
  const hash = Math.floor(draw * 2 ** 53);
  if (told.has(hash) || wasSeen(seen, hash)) return false;
  told.add(hash);
  return true;
}

function add(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] as number) + value;
}

/** To a multiple of 1 / grain. */
function exact(value: number, grain: number): number {
  return Math.round(value * grain) / grain;
}

interface Measure {
  readonly count: number;
  readonly log: number;
  readonly sum: number;
  readonly least: number;
  readonly unit: number;
  readonly grain: number;
}

function addMeasure(targets: readonly Float64Array[], value: number, { count, log, sum, least, unit, grain }: Measure): void {
  for (const sums of targets) {
    add(sums, count, 1);
    add(sums, log, exact(Math.log(Math.max(value, least) / unit), 2 ** 24));
    add(sums, sum, exact(value, grain));
  }
}

/** Keeps the requests with the least keys, whatever the order in which they came. */
function dropBeyond(requests: Map<number, RequestEvidence>): void {
  if (requests.size <= mostRequests) return;
  const keys = Float64Array.from(requests.keys()).sort();
  const limit = keys[mostRequests - 1] as number;
  for (const key of keys) if (key > limit) requests.delete(key);
}
