/** The declarative scorers that scenario files may name; one schema, one type. */
import { z } from 'zod';

const phrase = z.string().min(1).describe('A phrase, matched without regard to case and spacing; /…/ makes it a regular expression');

/** A fact is covered when any of its phrases occurs. */
const fact = z.union([phrase, z.strictObject({ any: z.array(phrase).min(1) })]);

const range = z.strictObject({ min: z.int().min(0).optional(), max: z.int().min(0).optional() });

const exact = z.strictObject({
  kind: z.literal('exact'),
  value: z.string().optional().describe("Defaults to the task's `expected`"),
  ignoreCase: z.boolean().default(false),
});
const includes = z.strictObject({
  kind: z.literal('includes'),
  values: z.array(z.string().min(1)).min(1).optional().describe("Defaults to the task's `expected`"),
  ignoreCase: z.boolean().default(true),
});
const regex = z.strictObject({
  kind: z.literal('regex'),
  pattern: z.string().min(1),
  flags: z
    .string()
    .regex(/^[imsu]*$/, 'only the flags i, m, s and u')
    .default(''),
});
const numeric = z.strictObject({
  kind: z.literal('numeric'),
  value: z.number().optional().describe("Defaults to the task's `expected`"),
  tolerance: z.number().min(0).default(0).describe('Largest absolute difference that still counts'),
});
const json = z.strictObject({
  kind: z.literal('json'),
  fields: z.record(z.string().min(1), z.json()).describe('Path (a.b.0.c) to the expected value; the score is the share of fields that agree'),
});
const fields = z.strictObject({
  kind: z.literal('fields'),
  fields: z.record(z.string().min(1), z.array(phrase).min(1)).describe('Label to accepted values, for answers that list `Label: value`'),
});
const facts = z.strictObject({
  kind: z.literal('facts'),
  facts: z.array(fact).min(1),
  contradictions: z.array(phrase).default([]).describe('Phrases that contradict the source; each takes one fact off'),
});
const constraints = z.strictObject({
  kind: z.literal('constraints'),
  words: range.optional(),
  bullets: range.optional(),
  numbered: range.optional(),
  sentences: range.optional(),
  headings: z.array(z.string().min(1)).optional().describe('Headings that must occur, at any level'),
  contains: z.array(phrase).optional(),
  excludes: z.array(phrase).optional(),
  codeBlocks: range.optional(),
  tableRows: range.optional(),
});
const javascript = z.strictObject({
  kind: z.literal('javascript'),
  tests: z.string().min(1).describe('Calls of check(name, fn); the score is the share that passes'),
});
const mutation = z.strictObject({
  kind: z.literal('mutation'),
  implementation: z.string().min(1).describe('The right code, on which the tests must pass'),
  mutants: z.array(z.string().min(1)).min(1).describe('Faulty variants, which the tests must catch; the score is the share caught'),
});
const python = z.strictObject({
  kind: z.literal('python'),
  timeoutMs: z.int().min(100).max(120_000).default(10_000),
  memoryMb: z.int().min(32).max(8192).default(512),
});
const recorded = z.strictObject({ kind: z.literal('recorded') });
const module = z.strictObject({
  kind: z.literal('module'),
  path: z.string().min(1).describe('A module of the user, relative to the scenario, whose default export scores an answer'),
  timeoutMs: z.int().min(10).max(600_000).default(10_000),
});
const parts = z.strictObject({
  kind: z.literal('parts'),
  prelude: z.string().optional().describe('A JavaScript file, relative to the scenario, that runs before every program'),
});

const single = [exact, includes, regex, numeric, json, fields, facts, constraints, javascript, mutation, python, recorded, module] as const;
const weight = { weight: z.number().positive().default(1) };
const weighted = z.discriminatedUnion('kind', [
  exact.extend(weight),
  includes.extend(weight),
  regex.extend(weight),
  numeric.extend(weight),
  json.extend(weight),
  fields.extend(weight),
  facts.extend(weight),
  constraints.extend(weight),
  javascript.extend(weight),
  mutation.extend(weight),
]);
const all = z.strictObject({ kind: z.literal('all'), of: z.array(weighted).min(1) });

const judge = z.strictObject({
  kind: z.literal('judge'),
  model: z.string().min(1).describe('The model that judges, by a name that an arm could have'),
  by: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('rubric'),
      rubric: z.string().min(1).describe('What makes an answer good; the judge gives a grade from 1 to `levels`'),
      levels: z.int().min(2).max(10).default(5).describe('The lowest is a score of 0, the highest 1'),
    }),
    z.strictObject({ kind: z.literal('pairwise').describe("Beside the task's `expected`, in both orders: 1 better, 0 worse, 0.5 no preference that holds") }),
  ]),
  check: z
    .discriminatedUnion('kind', [exact, includes, regex, numeric, json, fields, facts, constraints])
    .optional()
    .describe('A program that checks the same answers: how far the judge agrees with it is reported, and changes no score'),
});

/** How one part of an answer is checked. */
export const partCheckSchema = z.discriminatedUnion('kind', [exact, includes, regex, numeric, json, fields, facts, constraints, javascript, mutation, all]);
export type PartCheck = z.infer<typeof partCheckSchema>;

/** How a task's answer is scored. */
export const scorerConfigSchema = z.discriminatedUnion('kind', [...single, all, parts, judge]);
export type ScorerConfig = z.infer<typeof scorerConfigSchema>;
