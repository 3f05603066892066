/** Turns evidence into what models are fitted on, for the arms that are candidates now. */
import { type Arm, armId, modelsOf } from '@ratchet/core';
import type { OutcomeDataset } from '../models/outcome-dataset.ts';
import { type Evidence, ofCellKey, slot, slots } from './evidence.ts';
import type { RequestEntry } from './request-entry.ts';

export interface DatasetSettings {
  /** Largest share of an arm's outcomes that one tenant may stand for, where there are enough others to fill the rest. */
  readonly tenantShare: number;
}

/** Outcomes that were discounted below it, by many alarms, say nothing, and models need weights that are not extreme. */
const leastCount = 1e-9;

/** Requests in the order of their keys; arms in the order given. */
export interface EvidenceDataset {
  readonly entries: readonly RequestEntry[];
  readonly quality: OutcomeDataset;
  /** By cell of `quality`: how much of an outcome it is, in (0, 1]; less than 1 where all of them are discounted or a tenant's beyond its share. */
  readonly known: Float64Array;
  /** By cell of `quality`: sum of importance weights. */
  readonly inverse: Float64Array;
  /** By request: decisions with a known quality; in a full table how often the request is in it. */
  readonly decisions: Float64Array;
  /** By request: position of the arm of generation 0; -1 where it is none of the candidates or left to chance. */
  readonly baseline: Int32Array;
  /** Requests x arms x slots would be sparse: for each request, its cells with any outcome. */
  readonly cells: readonly (readonly ArmCell[])[];
  /** Variance of a single outcome around the mean of its arm, and the share of it that repeats with the request. */
  readonly variance: number;
  readonly repeatability: number;
}

export interface ArmCell {
  readonly arm: number;
  readonly sums: Float64Array;
  readonly known: number;
}

export function evidenceDataset(evidence: Evidence, arms: readonly Arm[], settings: DatasetSettings): EvidenceDataset {
  const positions = new Map(arms.map((arm, index) => [armId(arm), index]));
  const keys = Float64Array.from(evidence.requests.keys()).sort();
  const requests = Array.from(keys, (key) => evidence.requests.get(key) as NonNullable<ReturnType<Evidence['requests']['get']>>);
  const factors = tenantFactors(evidence, settings.tenantShare);
  const cells = requests.map(({ cells: own }) => {
    const byArm = new Map<number, Float64Array>();
    const known = new Map<number, number>();
    for (const name of [...own.keys()].sort()) {
      const arm = positions.get(ofCellKey(name).armId);
      if (arm === undefined) continue;
      const factor = factors?.get(name) ?? 1;
      let sums = byArm.get(arm);
      if (sums === undefined) {
        sums = new Float64Array(slots);
        byArm.set(arm, sums);
      }
      const from = own.get(name) as Float64Array;
      known.set(arm, Math.min(1, (known.get(arm) ?? 0) + factor * Math.min(1, from[slot.count] as number)));
      for (let index = 0; index < slots; index++) sums[index] = (sums[index] as number) + factor * (from[index] as number);
    }
    return [...byArm.entries()].sort(([a], [b]) => a - b).map(([arm, sums]): ArmCell => ({ arm, sums, known: known.get(arm) as number }));
  });
  const { variance, repeatability } = spread(cells, arms.length);
  const offsets = new Int32Array(requests.length + 1);
  const arm: number[] = [];
  const value: number[] = [];
  const weight: number[] = [];
  const known: number[] = [];
  const inverse: number[] = [];
  cells.forEach((own, request) => {
    for (const cell of own) {
      const count = cell.sums[slot.count] as number;
      if (!(count > leastCount)) continue;
      arm.push(cell.arm);
      value.push((cell.sums[slot.quality] as number) / count);
      // Outcomes of one arm on one request share what the model makes of it: the design effect of Kish (1965).
      weight.push(count / (1 + Math.max(0, count - 1) * repeatability));
      known.push(cell.known);
      inverse.push(cell.sums[slot.inverse] as number);
    }
    offsets[request + 1] = arm.length;
  });
  const decisions = Float64Array.from(requests, (request, index) =>
    evidence.feedback === 'full'
      ? (cells[index] as readonly ArmCell[]).reduce((most, { sums }) => Math.max(most, sums[slot.count] as number), 0)
      : request.decisions,
  );
  return {
    entries: requests.map(({ entry }) => entry),
    quality: {
      requests: requests.length,
      arms: arms.length,
      offsets,
      arm: Uint16Array.from(arm),
      value: Float64Array.from(value),
      weight: Float64Array.from(weight),
    },
    known: Float64Array.from(known),
    inverse: Float64Array.from(inverse),
    decisions,
    baseline: Int32Array.from(requests, ({ baseline }) => (baseline === null ? -1 : (positions.get(baseline) ?? -1))),
    cells,
    variance,
    repeatability,
  };
}

/** The groups that an arm starts from, nearest first. */
export function armParents(arm: Arm): readonly string[] {
  const models = modelsKey(arm);
  return [`${arm.strategy} ${models}`, `models ${models}`, 'all'];
}

/** The models that do the work: that of a step's fallback is rarely called, that of a draft's is. */
export function modelsKey(arm: Arm): string {
  return arm.strategy === 'collaborate' || arm.strategy === 'direct' ? modelsOf(arm).join('+') : arm.model;
}

/**
 * Weight that makes every tenant's outcomes of an arm at most `share` of what counts, with a prior of ten; null for a single tenant.
 * Where there are fewer tenants than it takes to fill the whole, an equal part is allowed: 1/2 of two, 1/3 of three.
 */
function tenantFactors({ overall }: Evidence, share: number): ReadonlyMap<string, number> | null {
  const tenants = new Set<string>();
  const byArm = new Map<string, { name: string; count: number }[]>();
  for (const name of [...overall.keys()].sort()) {
    const { tenant, armId: id } = ofCellKey(name);
    tenants.add(tenant);
    const list = byArm.get(id) ?? [];
    list.push({ name, count: (overall.get(name) as Float64Array)[slot.count] as number });
    byArm.set(id, list);
  }
  if (tenants.size < 2 || share >= 1) return null;
  const factors = new Map<string, number>();
  for (const list of byArm.values()) {
    const most = capOf(
      list.map(({ count }) => count),
      Math.max(share, 1 / tenants.size),
    );
    for (const { name, count } of list) factors.set(name, count > most ? most / count : 1);
  }
  return factors;
}

/** Outcomes that count beside those of the tenants. */
const tenantPrior = 10;

/**
 * The largest c with c <= share x (sum of min(count, c) + prior). Counts are held against what is left of the others: were it
 * against all that they sent, a tenant could have a larger one capped, and then stand for most of what remains.
 */
function capOf(counts: readonly number[], share: number): number {
  const descending = counts.toSorted((a, b) => b - a);
  let others = tenantPrior + counts.reduce((sum, count) => sum + count, 0);
  for (const [capped, count] of descending.entries()) {
    const cap = (share * others) / (1 - share * capped);
    if (count <= cap) return cap;
    others -= count;
  }
  return (share * others) / (1 - share * counts.length);
}

/** One-way analysis of variance: outcomes of one arm on one request against all outcomes of the arm. */
function spread(cells: readonly (readonly ArmCell[])[], arms: number): { variance: number; repeatability: number } {
  const sums = new Float64Array(arms);
  const counts = new Float64Array(arms);
  let squares = 0;
  let within = 0;
  let withinFreedom = 0;
  let outcomes = 0;
  for (const own of cells) {
    for (const { arm, sums: cell } of own) {
      const count = cell[slot.count] as number;
      if (!(count > 0)) continue;
      const quality = cell[slot.quality] as number;
      sums[arm] = (sums[arm] as number) + quality;
      counts[arm] = (counts[arm] as number) + count;
      squares += cell[slot.squares] as number;
      outcomes += count;
      if (count > 1) {
        within += Math.max(0, (cell[slot.squares] as number) - (quality * quality) / count);
        withinFreedom += count - 1;
      }
    }
  }
  const explained = sums.reduce((sum, own, arm) => sum + ((counts[arm] as number) > 0 ? (own * own) / (counts[arm] as number) : 0), 0);
  const prior = 10;
  const variance = (Math.max(0, squares - explained) + prior * 0.1) / (outcomes + prior);
  const repeatability = withinFreedom < 10 ? 0.5 : Math.min(1, Math.max(0, 1 - within / withinFreedom / variance));
  return { variance, repeatability };
}
