/** The form of a catalogue of models: the shipped one, and the user's that adds to it. */
import { z } from 'zod';
import { priceSchema } from '../price.ts';

const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable');

/** Most that a provider takes in a minute, of all models or of one. */
const limitsSchema = z.strictObject({
  requestsPerMinute: z.number().positive().optional(),
  tokensPerMinute: z.number().positive().optional().describe('Input and output together'),
});

const deadlinesSchema = z.strictObject({
  connectMs: z.int().positive().optional().describe('Until the server has taken the request; by default 10000'),
  firstByteMs: z.int().positive().optional().describe('From then to the first byte of the answer; by default 120000'),
  idleMs: z.int().positive().optional().describe('From one byte to the next; by default 60000'),
  totalMs: z.int().positive().optional().describe('Of one try; by default 600000'),
});

export const providerEntrySchema = z.strictObject({
  api: z.enum(['openai', 'anthropic', 'gemini']).describe('Whose wire format it speaks; openai is also that of vLLM, llama.cpp, Ollama and OpenRouter'),
  baseUrl: z.url({ protocol: /^https?$/ }),
  baseUrlFrom: variable.optional().describe('An environment variable that takes the place of baseUrl where it is set'),
  key: variable.nullable().describe('The environment variable that holds the key; null where none is needed'),
  maxRetries: z.int().min(0).default(4).describe('Tries after the first; 0 for none'),
  concurrency: z.int().min(1).default(64).describe('Most calls at once'),
  limits: limitsSchema.optional(),
  deadlines: deadlinesSchema.optional(),
});
export type ProviderEntry = z.infer<typeof providerEntrySchema>;

export const modelEntrySchema = z.strictObject({
  provider: z.string().min(1).describe('One of `providers`'),
  apiName: z.string().min(1).optional().describe('What the provider calls it; by default as it is called here'),
  contextTokens: z.int().positive().optional().describe('What it can read and write together'),
  maxOutputTokens: z.int().positive().optional(),
  price: priceSchema.optional().describe('Without one its cost is not known, and it cannot be used under a budget'),
  limits: limitsSchema.optional(),
  ignores: z
    .array(z.enum(['temperature', 'seed', 'stop']))
    .default([])
    .describe('What its API refuses, and is not sent'),
  retired: z.boolean().default(false).describe('No longer served'),
  fallback: z.string().min(1).optional().describe('The model that answers where this one cannot'),
  standIns: z.array(z.string().min(1)).default([]).describe('Models that take its place in a scenario where it cannot be called: the first that can'),
});
export type ModelEntry = z.infer<typeof modelEntrySchema>;

export const catalogueSchema = z.strictObject({
  providers: z.record(z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'a name has lower-case letters, digits and dashes'), providerEntrySchema).default({}),
  models: z.record(z.string().min(1), modelEntrySchema).default({}),
  use: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe("Which model of the catalogue answers for a model that a scenario's arms name; * for all others"),
});
export type Catalogue = z.infer<typeof catalogueSchema>;
