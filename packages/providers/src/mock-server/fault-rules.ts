/** The faults that a mock server makes on purpose: rules of a file that people write. */
import { z } from 'zod';

const rule = {
  model: z.string().min(1).optional().describe('Only requests for this model; by default for any, and those for none'),
  path: z.string().startsWith('/').optional().describe('Only requests with this path, such as /v1/messages'),
  probability: z.number().min(0).max(1).default(1).describe('Share of these requests that it strikes'),
  count: z.int().min(1).optional().describe('How often it strikes at most'),
};

const faultRuleSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('rate-limited').describe('429'),
    retryAfterMs: z.int().min(0).default(1000).describe('Said in Retry-After, in whole seconds, and in retry-after-ms'),
    ...rule,
  }),
  z.strictObject({ kind: z.literal('server-error'), status: z.int().min(500).max(599).default(500), ...rule }),
  z.strictObject({ kind: z.literal('slow-first-byte'), delayMs: z.int().min(0).describe('In real time, before anything is sent'), ...rule }),
  z.strictObject({
    kind: z.literal('cut-stream').describe('The connection ends within the answer'),
    afterEvents: z.int().min(0).default(3).describe('Of a stream; of an answer in one piece, half is sent'),
    ...rule,
  }),
  z.strictObject({ kind: z.literal('malformed-json').describe('The answer, or the second event of its stream, ends in the middle of its JSON'), ...rule }),
  z.strictObject({ kind: z.literal('empty-body').describe('200, and nothing'), ...rule }),
  z.strictObject({ kind: z.literal('wrong-usage'), usage: z.enum(['missing', 'zero', 'tenfold']).default('missing'), ...rule }),
  z.strictObject({
    kind: z.literal('refused-connection').describe('The connection is reset without an answer'),
    forMs: z.int().min(0).default(0).describe('How long new connections are refused after it, in real time'),
    ...rule,
  }),
]);
export type FaultRule = z.infer<typeof faultRuleSchema>;

export const faultFileSchema = z.strictObject({
  seed: z.int().default(0),
  faults: z.array(faultRuleSchema).min(1).describe('The first that strikes a request is the only one'),
});
export type FaultFile = z.infer<typeof faultFileSchema>;
