/** Reads a user's own log of outcomes: one JSON object a line, each an answered request with its arm and what came of it. */
import { type Arm, armId, armSchema, parseArmId } from '@ratchet/core';
import { z } from 'zod';
import { ConfigError } from '../scenario/config-error.ts';
import { readJsonLines } from './json-lines.ts';

const probability = z.number().min(0).max(1);

export const loggedOutcomeSchema = z.strictObject({
  id: z.string().min(1).describe('Of the decision: a later line with the same id, arm and request adds what was not known before, such as its quality'),
  request: z.string().min(1).describe('Text of the request'),
  tools: z
    .strictObject({ names: z.array(z.string().min(1)), parameters: z.int().min(0), schemaCharacters: z.int().min(0) })
    .optional()
    .describe('Tools that the request offered: their names, parameters of all together, length of all their schemas'),
  embedding: z
    .array(z.number())
    .min(1)
    .max(16_384)
    .optional()
    .describe("A provider's embedding of the request, in place of the local one: on every line, all by one model, or on none"),
  arm: z.union([z.string().min(1), armSchema]).describe('Id such as direct/gpt-4o?temperature=0, or { strategy, model, ... }'),
  propensity: z.number().positive().max(1).optional().describe('Probability with which the arm was chosen'),
  propensities: z.record(z.string().min(1), probability).optional().describe('The same of every arm, by id; they sum to 1'),
  quality: probability.nullable().describe('null while nobody has judged the answer'),
  costUsd: z.number().min(0).max(1e12).nullable(),
  latencyMs: z.number().min(0).max(1e12).nullable(),
  tenant: z.string().min(1).optional(),
  feedback: z.enum(['bandit', 'full']).optional().describe('full: the log has the outcome of every arm on the request; no log has both'),
});

export interface LoggedLine extends Omit<z.infer<typeof loggedOutcomeSchema>, 'arm' | 'propensities'> {
  /** From 1. */
  readonly line: number;
  readonly arm: Arm;
  /** By arm id, as `armId` writes it; null where the log does not say. */
  readonly propensities: ReadonlyMap<string, number> | null;
}

const roundingOfSums = 1e-6;

/** In the order of the file. Throws a `ConfigError` with file and line of the first line that does not fit, else of all whose arm or probabilities do not. */
export function readLoggedOutcomes(file: string): readonly LoggedLine[] {
  const problems: { file: string; line: number; message: string }[] = [];
  const lines = readJsonLines(file, loggedOutcomeSchema).flatMap(({ line, value }): readonly LoggedLine[] => {
    try {
      const arm = typeof value.arm === 'string' ? parseArmId(value.arm) : value.arm;
      const propensities = value.propensities === undefined ? null : distributionOf(value.propensities);
      const own = propensities?.get(armId(arm)) ?? 0;
      if (propensities !== null && !(own > 0)) throw new RangeError(`\`propensities\` gives the arm ${armId(arm)}, which was chosen, no probability`);
      if (propensities !== null && value.propensity !== undefined && Math.abs(own - value.propensity) > roundingOfSums)
        throw new RangeError(`the propensity is ${value.propensity}, and ${own} in \`propensities\``);
      const { arm: _arm, propensities: _propensities, ...rest } = value;
      return [{ ...rest, ...(propensities === null ? {} : { propensity: own }), line, arm, propensities }];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems.push({ file, line, message: error.message });
      return [];
    }
  });
  const [first] = lines;
  const other = lines.find(({ embedding }) => embedding?.length !== first?.embedding?.length);
  if (first !== undefined && other !== undefined) {
    const said = (line: LoggedLine): string => (line.embedding === undefined ? 'no embedding' : `an embedding of ${line.embedding.length} numbers`);
    problems.push({
      file,
      line: other.line,
      message: `it has ${said(other)}, and line ${first.line} ${said(first)}: every line has one by the same model, or none has`,
    });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return lines;
}

/** Throws a RangeError for names that are no arms, and for probabilities that do not sum to 1. */
function distributionOf(propensities: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  const byArm = new Map(Object.entries(propensities).map(([id, value]) => [armId(parseArmId(id)), value]));
  const sum = [...byArm.values()].reduce((total, value) => total + value, 0);
  if (Math.abs(sum - 1) > roundingOfSums) throw new RangeError(`the propensities sum to ${sum}, not to 1`);
  return byArm;
}
