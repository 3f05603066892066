/** Saves what the learned policy knows, and restores it only where every part of it is in order. */
import { type Arm, armId, armSchema } from '@ratchet/core';
import { z } from 'zod';
import { embeddingSize } from '../embedding/text-embedding.ts';
import { termSpace } from '../embedding/text-terms.ts';
import { SnapshotError } from '../snapshot.ts';
import { type Evidence, ofCellKey, type RequestEvidence, slots } from './evidence.ts';
import type { FittedEmbedding, LearnedState } from './learned-state.ts';
import { decodeArray, decodeNumbers, encodeArray, encodeNumbers } from './number-coding.ts';
import type { RequestEntry } from './request-entry.ts';
import { structureFeatureCount } from './structure-features.ts';
import { surfaceFeatureCount } from './surface-features.ts';

/** Counted up when features or sums change their meaning: an older state cannot be used then. */
const featureVersion = 1;

const finite = z.number();
const cellSchema = z.tuple([z.int().min(0), z.string()]);
const cellsSchema = z.array(cellSchema);
const requestSchema = z.strictObject({
  structure: z.string(),
  surface: z.string(),
  terms: z.strictObject({ ids: z.string(), counts: z.string() }).optional(),
  vector: z.string().optional(),
  baseline: z.string().nullable(),
  decisions: z.int().min(0),
  cells: cellsSchema,
});
const excessSchema = z.strictObject({ sum: finite.min(0), onset: z.int().min(0) });
const driftSchema = z.record(
  z.string(),
  z.strictObject({
    observations: z.int().min(0),
    count: z.int().min(0),
    mean: finite,
    up: excessSchema,
    down: excessSchema,
    alarms: z.array(z.strictObject({ direction: z.enum(['up', 'down']), position: z.int().min(0), onset: z.int().min(0) })),
  }),
);
const stateSchema = z.strictObject({
  features: z.literal(featureVersion),
  generation: z.int().min(0),
  feedback: z.enum(['bandit', 'full']).nullable(),
  arms: z.array(armSchema),
  names: z.array(z.string()).describe('Keys of cells: tenant and arm'),
  requests: z.strictObject({ keys: z.string(), entries: z.array(requestSchema) }),
  overall: cellsSchema,
  seen: z.string(),
  embedding: z.strictObject({ texts: z.int().min(1), terms: z.string(), idf: z.string(), projection: z.string(), scale: z.string() }).nullable(),
  scale: z.strictObject({ quality: finite, costUsd: finite.nullable(), latencyMs: finite.nullable() }).nullable(),
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
    seen: encodeNumbers(Float64Array.from(evidence.seen).sort()),
    embedding: embedding === null ? null : saveEmbedding(embedding),
    scale,
    drift: Object.fromEntries([...drift].sort(([a], [b]) => (a < b ? -1 : 1))),
  } satisfies Record<keyof SavedState, unknown>;
}

function saveRequest({ entry, baseline, decisions, cells }: RequestEvidence, saveCells: (cells: ReadonlyMap<string, Float64Array>) => z.infer<typeof cellsSchema>): z.infer<typeof requestSchema> {
  const text = entry.text.kind === 'terms' ? { terms: { ids: encodeArray(entry.text.terms.ids), counts: encodeArray(entry.text.terms.counts) } } : { vector: encodeArray(entry.text.vector) };
  return { structure: encodeNumbers(entry.structure), surface: encodeNumbers(entry.surface), ...text, baseline, decisions, cells: saveCells(cells) };
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
    throw new SnapshotError(`the saved state is not one of the learned policy, or of another version: ${issue?.path.join('.')}: ${issue?.message}; train again`);
  }
  const { data } = parsed;
  const restoreCells = (cells: z.infer<typeof cellsSchema>): Map<string, Float64Array> =>
    new Map(
      cells.map(([position, sums]) => {
        const name = data.names[position];
        if (name === undefined) throw new SnapshotError(`the saved state names cell ${position}, of ${data.names.length}`);
        const values = decodeNumbers(sums);
        if (values.length !== slots || values[0] === undefined || values.some((value, index) => index !== 6 && index !== 9 && value < 0)) throw new SnapshotError('a cell of the saved state does not hold sums of outcomes');
        return [name, values];
      }),
    );
  const arms = new Map(data.arms.map((arm) => [armId(arm), arm]));
  for (const name of data.names) if (!arms.has(ofCellKey(name).armId)) throw new SnapshotError(`the saved state has outcomes of an arm that it does not know: ${ofCellKey(name).armId}`);
  const keys = decodeNumbers(data.requests.keys);
  if (keys.length !== data.requests.entries.length) throw new SnapshotError('the saved state lacks requests');
  const requests = new Map(data.requests.entries.map((request, index) => [keys[index] as number, restoreRequest(request, restoreCells)]));
  const evidence: Evidence = { feedback: data.feedback, arms, requests, overall: restoreCells(data.overall), seen: new Set(decodeNumbers(data.seen)) };
  return {
    generation: data.generation,
    evidence,
    embedding: data.embedding === null ? null : restoreEmbedding(data.embedding),
    scale: data.scale,
    drift: new Map(Object.entries(data.drift)),
  };
}

function restoreRequest({ structure, surface, terms, vector, baseline, decisions, cells }: z.infer<typeof requestSchema>, restoreCells: (cells: z.infer<typeof cellsSchema>) => Map<string, Float64Array>): RequestEvidence {
  return { entry: { structure: sized(decodeNumbers(structure), structureFeatureCount), surface: sized(decodeNumbers(surface), surfaceFeatureCount), text: restoreText(terms, vector) }, baseline, decisions, cells: restoreCells(cells) };
}

function restoreText(terms: { ids: string; counts: string } | undefined, vector: string | undefined): RequestEntry['text'] {
  if (vector !== undefined) return { kind: 'embedded', vector: sized(decodeArray(vector, Float32Array), embeddingSize) };
  if (terms === undefined) throw new SnapshotError('a request of the saved state has neither words nor a place');
  const ids = decodeArray(terms.ids, Int32Array);
  const counts = sized(decodeArray(terms.counts, Uint16Array), ids.length);
  if (ids.some((id) => id < 0 || id >= termSpace)) throw new SnapshotError('a request of the saved state has words out of range');
  return { kind: 'terms', terms: { ids, counts } };
}

function restoreEmbedding({ texts, terms, idf, projection, scale }: NonNullable<SavedState['embedding']>): FittedEmbedding {
  const ids = decodeArray(terms, Int32Array);
  return {
    texts,
    embedding: {
      terms: ids,
      idf: sized(decodeArray(idf, Float32Array), ids.length),
      projection: { codes: sized(decodeArray(projection, Int8Array), ids.length * embeddingSize), scale: sized(decodeArray(scale, Float32Array), ids.length) },
    },
  };
}

function sized<Values extends { readonly length: number }>(values: Values, length: number): Values {
  if (values.length !== length) throw new SnapshotError(`the saved state has ${values.length} numbers where ${length} belong; train again`);
  return values;
}
