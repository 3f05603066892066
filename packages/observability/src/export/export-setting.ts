/** What a thread that sends a spool needs to know: plain data, without keys. */
import { z } from 'zod';

export const exportSettingSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('weave'),
    /** `entity/project`. */
    project: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
    attributes: z.record(z.string(), z.string()),
    timeoutMs: z.number().positive(),
  }),
  z.strictObject({
    kind: z.literal('otlp'),
    /** Of traces: with its path. */
    endpoint: z.url(),
    serviceName: z.string().min(1),
    timeoutMs: z.number().positive(),
  }),
]);
export type ExportSetting = z.infer<typeof exportSettingSchema>;
