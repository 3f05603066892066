/** What a Weave spool holds beside plain spans: data sets, versioned objects, calls of evaluations that refer to them, scores. */
import { z } from 'zod';
import { type SpanRecord, spanRecordSchema } from '../span-record.ts';

/** Names of objects in a spool, which become references once Weave has them. */
const key = z.string().min(1);
const values = z.record(z.string(), z.unknown());

/** `key` stands for it in later lines; `key/rows/N` for its row N. */
const datasetSchema = z.strictObject({ kind: z.literal('dataset'), key, name: z.string().min(1), description: z.string(), rows: z.array(values) });
/** A new version where something has changed, else the version that is there. */
const objectSchema = z.strictObject({
  kind: z.literal('object'),
  key,
  className: z.string().regex(/^[A-Za-z_]\w*$/),
  name: z.string().min(1),
  value: values,
  refs: z.record(z.string(), z.union([key, z.array(key)])),
});
/** A span with what only Weave knows of it: inputs that are references, markers, an output that is no record. */
const callSchema = z.strictObject({
  kind: z.literal('call'),
  span: spanRecordSchema,
  refs: z.record(z.string(), key),
  attributes: values,
  output: z.unknown(),
  displayName: z.string().min(1).optional(),
});
/** A score of a call, by another call. */
const feedbackSchema = z.strictObject({
  kind: z.literal('feedback'),
  id: z.uuid(),
  scorer: z.string().min(1),
  scorerKey: key,
  of: z.strictObject({ traceId: z.string(), spanId: z.string() }),
  by: z.strictObject({ traceId: z.string(), spanId: z.string() }),
  output: z.unknown(),
});
/** A picture as the output of a call of its own. */
const imageSchema = z.strictObject({ kind: z.literal('image'), span: spanRecordSchema, pngBase64: z.string() });

export const weaveRecordSchema = z.discriminatedUnion('kind', [datasetSchema, objectSchema, callSchema, feedbackSchema, imageSchema]);
export type WeaveRecord = z.infer<typeof weaveRecordSchema>;
export type WeaveLine = { readonly kind: 'span'; readonly span: SpanRecord } | WeaveRecord;

/** undefined for a line that is neither, as a crash may leave. */
export function parseWeaveLine(line: string): WeaveLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    if ('kind' in value) return weaveRecordSchema.safeParse(value).data;
    const span = spanRecordSchema.safeParse(value).data;
    return span === undefined ? undefined : { kind: 'span', span };
  } catch {
    return undefined;
  }
}
