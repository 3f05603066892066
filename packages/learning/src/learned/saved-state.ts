/** Saves what the learned policy knows, and restores it only where every part of it is in order. */
import { type Arm, armId, armSchema } from '@ratchet/core';
import { z } from 'zod';
import { embeddingSize } from '../embedding/text-embedding.ts';
import { termSpace } from '../embedding/text-terms.ts';
import { wordVectorSize } from '../embedding/word-vectors.ts';
import { SnapshotError } from '../snapshot.ts';
import { type Evidence, ofCellKey, type RequestEvidence, slot, slots } from './evidence.ts';
import type { FittedEmbedding, LearnedState } from './learned-state.ts';
import { decodeArray, decodeNumbers, encodeArray, encodeNumbers } from './number-coding.ts';
import type { RequestEntry } from './request-entry.ts';
import { structureFeatureCount } from './structure-features.ts';
import { surfaceFeatureCount } from './surface-features.ts';
import { toolMeaningCount } from './tool-meanings.ts';

/** Counted up when features or sums change their meaning. A state of the first version lacks what words mean, and is read as if no word were known. */
const featureVersion = 2;
const withoutMeaning = 1;

const finite = z.number();
const cellSchema = z.tuple([z.int().min(0), z.string()]);
const cellsSchema = z.array(cellSchema);
const requestSchema = z.strictObject({
  structure: z.string(),
  surface: z.string(),
  meaning: z.string().optional(),
  terms: z.strictObject({ ids: z.string(), counts: z.string() }).optional(),
  vector: z.string().optional(),
  baseline: z.string().nullable(),
  decisions: z.int().min(0),
  cells: cellsSchema,
});
/** Beyond what any outcomes come to, and far from where sums of squares overflow. */
const largest = 1e18;
const excessSchema = z.strictObject({ sum: finite.min(0).max(largest), onset: z.int().min(0) });
const driftSchema = z.record(
  z.string(),
  z.strictObject({
    observations: z.int().min(0),
    count: z.int().min(0),
    mean: finite.min(-largest).max(largest),
    up: excessSchema,
    down: excessSchema,
    alarms: z.array(z.strictObject({ direction: z.enum(['up', 'down']), position: z.int().min(0), onset: z.int().min(0) })),
  }),
);
/** Divided by, so not next to 0. */
const measure = finite.max(largest).refine((value) => value === 0 || value >= 1 / largest);
const stateSchema = z.strictObject({
  features: z.literal([withoutMeaning, featureVersion]),
  generation: z.int().min(0),
  feedback: z.enum(['bandit', 'full']).nullable(),
  arms: z.array(armSchema),
  names: z.array(z.string()).describe('Keys of cells: tenant and arm'),
  requests: z.strictObject({ keys: z.string(), entries: z.array(requestSchema) }),
  overall: cellsSchema,
  seen: z.strictObject({ recent: z.string(), older: z.string() }),
  embedding: z.strictObject({ texts: z.int().min(1), terms: z.string(), idf: z.string(), projection: z.string(), scale: z.string() }).nullable(),
  scale: z.strictObject({ quality: finite.min(0).max(1), costUsd: measure.nullable(), latencyMs: measure.nullable() }).nullable(),
  drift: driftSchema,
});
type SavedState = z.infer<typeof stateSchema>;

/** JSON; equal states give equal bytes, whatever the order in which their outcomes came. */
export function saveState({ generation, evidence, embedding, scale, drift }: LearnedState): unknown {
  const names = [...evidence.overall.keys()].sort();
  const positions = new Map(names.map((name, index) => [name, index]));
  const saveCells = (cells: ReadonlyMap<string, Float64Array>): z.infer<typeof cellsSchema> =>
    [...cells].map(([name, sums]): [number, string] => [positions.get(name) as number, encodeNumbers(sums)]).sort(([a], [b]) => a - b);
  const keys = Float64Array.from(evidence.requests.keys()).sort();
  return {
    features: featureVersion,
    generation,
    feedback: evidence.feedback,
    arms: [...evidence.arms.keys()].sort().map((id) => evidence.arms.get(id) as Arm),
    names,
    requests: { keys: encodeNumbers(keys), entries: Array.from(keys, (key) => saveRequest(evidence.requests.get(key) as RequestEvidence, saveCells)) },
    overall: saveCells(evidence.overall),
    seen: { recent: encodeNumbers(evidence.seen.recent), older: encodeNumbers(evidence.seen.older) },
    embedding: embedding === null ? null : saveEmbedding(embedding),
    scale,
    drift: Object.fromEntries([...drift].sort(([a], [b]) => (a < b ? -1 : 1))),
  } satisfies Record<keyof SavedState, unknown>;
}

function saveRequest(
  { entry, baseline, decisions, cells }: RequestEvidence,
  saveCells: (cells: ReadonlyMap<string, Float64Array>) => z.infer<typeof cellsSchema>,
): z.infer<typeof requestSchema> {
  const text =
    entry.text.kind === 'terms'
      ? { terms: { ids: encodeArray(entry.text.terms.ids), counts: encodeArray(entry.text.terms.counts) } }
      : { vector: encodeArray(entry.text.vector) };
  return {
    structure: encodeNumbers(entry.structure),
    surface: encodeNumbers(entry.surface),
    meaning: encodeArray(entry.meaning),
    ...text,
    baseline,
    decisions,
    cells: saveCells(cells),
  };
}

function saveEmbedding({ embedding, texts }: FittedEmbedding): NonNullable<SavedState['embedding']> {
  const { terms, idf, projection } = embedding;
  return { texts, terms: encodeArray(terms), idf: encodeArray(idf), projection: encodeArray(projection.codes), scale: encodeArray(projection.scale) };
}

/** Throws a `SnapshotError` for anything that `saveState` did not give: another format, cut off, not finite, of other features. */
export function restoreState(saved: unknown): LearnedState {
  const parsed = stateSchema.safeParse(saved);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SnapshotError(
      `the saved state is not one of the learned policy, or of another version: ${issue?.path.join('.')}: ${issue?.message}; train again`,
    );
  }
  const { data } = parsed;
  const restoreCells = (cells: z.infer<typeof cellsSchema>): Map<string, Float64Array> =>
    new Map(
      cells.map(([position, sums], index) => {
        const name = data.names[position];
        if (name === undefined || (index > 0 && (cells[index - 1] as (typeof cells)[number])[0] >= position))
          throw new SnapshotError(`the saved state names cell ${position}, of ${data.names.length}, out of order`);
        const values = decodeNumbers(sums);
        if (!holdsSums(values)) throw new SnapshotError('a cell of the saved state does not hold sums of outcomes');
        return [name, values];
      }),
    );
  // With the order of the cells, this is what makes every cell of a request one of the totals.
  if (data.overall.length !== data.names.length || new Set(data.names).size !== data.names.length) throw new SnapshotError('the saved state lacks totals');
  const arms = new Map(data.arms.map((arm) => [armId(arm), arm]));
  for (const name of data.names)
    if (!arms.has(ofCellKey(name).armId)) throw new SnapshotError(`the saved state has outcomes of an arm that it does not know: ${ofCellKey(name).armId}`);
  const keys = decodeNumbers(data.requests.keys);
  if (keys.length !== data.requests.entries.length) throw new SnapshotError('the saved state lacks requests');
  const seen = { recent: decodeNumbers(data.seen.recent), older: decodeNumbers(data.seen.older) };
  for (const values of [keys, seen.recent, seen.older])
    if (!values.every((value, index) => Number.isSafeInteger(value) && value > (index === 0 ? -1 : (values[index - 1] as number))))
      throw new SnapshotError('the saved state names requests or outcomes twice, or by no whole numbers');
  const requests = new Map(
    data.requests.entries.map((request, index) => [
      keys[index] as number,
      restoreRequest(data.features === withoutMeaning ? { ...request, ...noMeaning(request) } : request, restoreCells),
    ]),
  );
  const evidence: Evidence = { feedback: data.feedback, arms, requests, overall: restoreCells(data.overall), seen };
  return {
    generation: data.generation,
    evidence,
    embedding: data.embedding === null ? null : restoreEmbedding(data.embedding),
    scale: data.scale,
    drift: new Map(Object.entries(data.drift)),
  };
}

/** What `foldEvidence` can have summed up; rounding and discounts allowed for. */
function holdsSums(sums: Float64Array): boolean {
  if (sums.length !== slots) return false;
  const at = (index: number): number => sums[index] as number;
  const upTo = (value: number, most: number): boolean => value >= 0 && value <= most * (1 + 1e-6) + 1e-6;
  const logs = (log: number, count: number): boolean => Math.abs(at(log)) <= 64 * at(count) + 1e-6;
  return (
    [slot.count, slot.costs, slot.latencies].every((count) => upTo(at(count), largest)) &&
    upTo(at(slot.quality), at(slot.count)) &&
    upTo(at(slot.squares), at(slot.quality) + 1e-9 * at(slot.count)) &&
    upTo(at(slot.inverse), 1e9 * at(slot.count)) &&
    upTo(at(slot.inverseQuality), at(slot.inverse)) &&
    upTo(at(slot.cost), 1e12 * at(slot.costs)) &&
    upTo(at(slot.latency), 1e12 * at(slot.latencies)) &&
    logs(slot.logCost, slot.costs) &&
    logs(slot.logLatency, slot.latencies)
  );
}

/** Features of tools' meanings are the last of the surface. */
function noMeaning({ surface }: z.infer<typeof requestSchema>): { readonly surface: string; readonly meaning: string } {
  const known = sized(decodeNumbers(surface), surfaceFeatureCount - toolMeaningCount);
  return { surface: encodeNumbers(Float64Array.of(...known, ...new Float64Array(toolMeaningCount))), meaning: encodeArray(new Float32Array(wordVectorSize)) };
}

function restoreRequest(
  { structure, surface, meaning, terms, vector, baseline, decisions, cells }: z.infer<typeof requestSchema>,
  restoreCells: (cells: z.infer<typeof cellsSchema>) => Map<string, Float64Array>,
): RequestEvidence {
  if (meaning === undefined) throw new SnapshotError('a request of the saved state lacks what its words mean');
  return {
    entry: {
      structure: within(sized(decodeNumbers(structure), structureFeatureCount), 100),
      surface: within(sized(decodeNumbers(surface), surfaceFeatureCount), 1e9),
      meaning: within(sized(decodeArray(meaning, Float32Array), wordVectorSize), 1.01),
      text: restoreText(terms, vector),
    },
    baseline,
    decisions,
    cells: restoreCells(cells),
  };
}

function restoreText(terms: { ids: string; counts: string } | undefined, vector: string | undefined): RequestEntry['text'] {
  if (vector !== undefined) return { kind: 'embedded', vector: within(sized(decodeArray(vector, Float32Array), embeddingSize), 1e9) };
  if (terms === undefined) throw new SnapshotError('a request of the saved state has neither words nor a place');
  const ids = decodeArray(terms.ids, Int32Array);
  const counts = sized(decodeArray(terms.counts, Uint16Array), ids.length);
  if (!areTerms(ids) || counts.includes(0)) throw new SnapshotError('a request of the saved state has words out of range');
  return { kind: 'terms', terms: { ids, counts } };
}

function restoreEmbedding({ texts, terms, idf, projection, scale }: NonNullable<SavedState['embedding']>): FittedEmbedding {
  const ids = decodeArray(terms, Int32Array);
  if (!areTerms(ids)) throw new SnapshotError('the embedding of the saved state has words out of range');
  return {
    texts,
    embedding: {
      terms: ids,
      idf: within(sized(decodeArray(idf, Float32Array), ids.length), 100),
      projection: {
        codes: sized(decodeArray(projection, Int8Array), ids.length * embeddingSize),
        scale: within(sized(decodeArray(scale, Float32Array), ids.length), 1),
      },
    },
  };
}

/** Distinct and ascending. */
function areTerms(ids: Int32Array): boolean {
  return ids.every((id, index) => id > (index === 0 ? -1 : (ids[index - 1] as number)) && id < termSpace);
}

function within<Values extends Float64Array | Float32Array>(values: Values, most: number): Values {
  for (const value of values)
    if (!(Math.abs(value) <= most)) throw new SnapshotError(`the saved state has ${value} where numbers are within ${most}; train again`);
  return values;
}

function sized<Values extends { readonly length: number }>(values: Values, length: number): Values {
  if (values.length !== length) throw new SnapshotError(`the saved state has ${values.length} numbers where ${length} belong; train again`);
  return values;
}
