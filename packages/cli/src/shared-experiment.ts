/** An experiment as machines pass it to each other: its words, its pieces, and under which names its records are kept. */
import { isAbsolute, relative, resolve } from 'node:path';
import type { ExperimentPlan, Piece, ProfileRecord, TrialRecord } from '@ratchet/harness';
import type { KeptRecord } from '@ratchet/store';
import { z } from 'zod';
import { providerNames } from './compose.ts';
import { type ExperimentWords, isExperimentFile } from './prepare-experiment.ts';
import { fromHere, projectRoot } from './project-folders.ts';
import type { TracingWords } from './tracing-setting.ts';

/** Paths are from the project's root, or absolute where they are outside of it. */
const sharedWordsSchema = z.strictObject({
  name: z.string().min(1),
  provider: z.enum(providerNames).optional(),
  models: z.string().optional(),
  cassette: z.string().optional(),
  data: z.string().optional(),
  heldoutData: z.string().optional(),
  scenario: z.string().optional(),
  policies: z.array(z.string()).optional(),
  generations: z.int().min(0).optional(),
  seeds: z.int().min(1).optional(),
  limit: z.int().min(1).optional(),
  filter: z.string().optional(),
  budgetUsd: z.number().min(0).optional(),
  trace: z.boolean().optional(),
  content: z.boolean().optional(),
});

const sharedExperimentSchema = z.strictObject({
  words: sharedWordsSchema,
  planId: z.string().min(1),
  /** Of its results, and so of its traces. */
  run: z.string().min(1),
  concurrency: z.int().min(1),
});
export type SharedExperiment = z.infer<typeof sharedExperimentSchema>;

const pieceSchema: z.ZodType<Piece> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('profiles'), from: z.int().min(0), to: z.int().min(0) }),
  z.strictObject({ kind: z.literal('seed'), seed: z.int(), policies: z.array(z.string()) }),
]);

/** The account that the run's calls draw on. */
export const runAccount = 'run';

const pathNames = ['models', 'cassette', 'data', 'heldoutData', 'scenario'] as const;

/** `words` may have more than workers need. */
export function writeSharedExperiment(shared: Omit<SharedExperiment, 'words'> & { readonly words: Readonly<Record<string, unknown>> }): string {
  const known = Object.fromEntries(
    Object.keys(sharedWordsSchema.shape).flatMap((name) => (shared.words[name] === undefined ? [] : [[name, shared.words[name]]])),
  );
  return JSON.stringify(sharedExperimentSchema.parse({ ...shared, words: withPaths(known as SharedExperiment['words'], portable) }));
}

/** With the paths of this machine. Throws a `ZodError` for anything else. */
export function readSharedExperiment(json: string): Omit<SharedExperiment, 'words'> & { readonly words: ExperimentWords & TracingWords } {
  const shared = sharedExperimentSchema.parse(JSON.parse(json));
  const words = withPaths(shared.words, (path) => resolve(projectRoot, path));
  return {
    ...shared,
    words: Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)) as unknown as ExperimentWords & TracingWords,
  };
}

export function readPiece(json: string): Piece {
  return pieceSchema.parse(JSON.parse(json));
}

export function pieceKey(piece: Piece): string {
  return piece.kind === 'profiles' ? `profiles ${piece.from}-${piece.to}` : `seed ${piece.seed}: ${piece.policies.join(', ')}`;
}

/** Where the records are that a piece begins with. */
export function partsOf(piece: Piece, { tasks }: ExperimentPlan): readonly string[] {
  const profiles = (piece.kind === 'profiles' ? tasks.slice(piece.from, piece.to) : tasks).map(({ id }) => `profile ${id}`);
  return piece.kind === 'profiles' ? profiles : [...profiles, `seed ${piece.seed}`];
}

export function keptTrial(record: TrialRecord): KeptRecord {
  return { part: `seed ${record.seed}`, id: record.id, json: JSON.stringify(record) };
}

export function keptProfile(record: ProfileRecord): KeptRecord {
  return { part: `profile ${record.task}`, id: record.id, json: JSON.stringify(record) };
}

export function isTrial({ part }: KeptRecord): boolean {
  return part.startsWith('seed ');
}

function withPaths<Words extends SharedExperiment['words']>(words: Words, change: (path: string) => string): Words {
  const paths = Object.fromEntries(pathNames.flatMap((name) => (words[name] === undefined ? [] : [[name, change(words[name])]])));
  return { ...words, ...paths, name: isExperimentFile(words.name) ? change(words.name) : words.name };
}

function portable(path: string): string {
  const absolute = fromHere(path);
  const inside = relative(projectRoot, absolute);
  return inside.startsWith('..') || isAbsolute(inside) ? absolute : inside;
}
