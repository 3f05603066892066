/** A finished step, as one line of a trace. */
import { z } from 'zod';

const attributes = z.record(z.string(), z.unknown());

export const spanRecordSchema = z.strictObject({
  /** 32 hexadecimal digits: of the outermost step and all within it. */
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  /** 16 hexadecimal digits. */
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .nullable(),
  name: z.string(),
  /** Since 1970, by the clock on the wall. */
  startedAtMs: z.number(),
  durationMs: z.number().min(0),
  /** What was known when it began. */
  attributes,
  /** What came of it. */
  results: attributes,
  /** What users and models wrote, where that is kept. */
  content: attributes.optional(),
  /** `kind` is the error's own or its name; no message where content is not kept, as messages may quote it. */
  error: z.strictObject({ kind: z.string(), message: z.string().optional() }).optional(),
});
export type SpanRecord = z.infer<typeof spanRecordSchema>;

/** undefined for a line that is none, as a crash may leave. */
export function parseSpanLine(line: string): SpanRecord | undefined {
  try {
    const parsed = spanRecordSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
