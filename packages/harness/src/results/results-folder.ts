/** The folder of one run: its manifest, its logs, its reports. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { resultsVersion } from '../experiment/experiment-plan.ts';
import { type ProfileRecord, profileRecordSchema, type TrialRecord, trialRecordSchema } from '../experiment/trial.ts';
import { configError } from '../scenario/config-error.ts';
import { type JsonlLog, openJsonlLog } from './jsonl-log.ts';

/** Who may write: one process at a time. */
const manifestSchema = z.strictObject({
  version: z.literal(resultsVersion),
  experiment: z.string(),
  /** Identity of the plan: what was run on what. */
  planId: z.string(),
  state: z.enum(['running', 'complete', 'budget', 'interrupted']),
  startedAt: z.string(),
  /** Time spent so far, over all parts of a run that was interrupted. */
  durationMs: z.number().min(0),
  /** Everything that a rebuild needs: options, hashes, versions, seeds. */
  facts: z.record(z.string(), z.json()),
});
export type Manifest = z.infer<typeof manifestSchema>;

export interface ResultsFolder {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly trials: JsonlLog<TrialRecord>;
  readonly profiles: JsonlLog<ProfileRecord>;
  update(change: Partial<Pick<Manifest, 'state' | 'durationMs'>>): void;
  /** Replaces a file as a whole, so that a reader never sees half of it. */
  write(name: string, content: string): void;
  close(): void;
}

/** Continues the run that stands there, or begins it. Throws a `ConfigError` for a folder of another version or another plan, and for logs of nobody's. */
export function openResultsFolder(
  directory: string,
  begin: Omit<Manifest, 'version' | 'state' | 'durationMs'>,
  options: { readonly fresh: boolean },
): ResultsFolder {
  const manifestFile = join(directory, 'manifest.json');
  const logs = ['trials.jsonl', 'profiles.jsonl'].map((name) => join(directory, name));
  if (options.fresh) for (const file of [manifestFile, ...logs]) rmSync(file, { force: true });
  mkdirSync(directory, { recursive: true });
  let manifest = existsSync(manifestFile) ? readManifest(directory) : null;
  if (manifest !== null && manifest.planId !== begin.planId) {
    throw configError(
      manifestFile,
      `the folder holds another run (plan ${manifest.planId}, this is ${begin.planId}): the experiment, its options, its data or the prompts have changed. Use --fresh to replace it, or another --run`,
    );
  }
  if (manifest === null && logs.some((file) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0)) {
    throw configError(
      directory,
      'the folder has logs and no manifest, so nobody knows of which run. Restore manifest.json, use --fresh to replace the logs, or another --run',
    );
  }
  const begun = manifest === null;
  // In the order of the schema, as it is read again.
  manifest ??= manifestSchema.parse({ version: resultsVersion, state: 'running', durationMs: 0, ...begin });
  const write = (name: string, content: string): void => {
    const file = join(directory, name);
    writeFileSync(`${file}.tmp`, content);
    renameSync(`${file}.tmp`, file);
  };
  let current: Manifest = manifest;
  const update = (change: Partial<Manifest>): void => {
    current = { ...current, ...change };
    write('manifest.json', `${JSON.stringify(current, null, 2)}\n`);
  };
  const trials = openJsonlLog(join(directory, 'trials.jsonl'), trialRecordSchema);
  const profiles = openJsonlLog(join(directory, 'profiles.jsonl'), profileRecordSchema);
  if (begun) update({});
  return {
    directory,
    get manifest() {
      return current;
    },
    trials,
    profiles,
    update,
    write,
    close: () => {
      trials.close();
      profiles.close();
    },
  };
}

/** Throws a `ConfigError` for a folder without a manifest, or with one of another version. */
export function readManifest(directory: string): Manifest {
  const file = join(directory, 'manifest.json');
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw configError(file, existsSync(file) ? 'the manifest is damaged. Start anew with --fresh' : 'there is no run here', { cause });
  }
  const version = (data as { version?: unknown } | null)?.version;
  if (version !== resultsVersion) {
    throw configError(
      file,
      `these results have version ${String(version)}, this program reads ${resultsVersion}. Use the program that wrote them, or start anew with --fresh`,
    );
  }
  const parsed = manifestSchema.safeParse(data);
  if (!parsed.success) throw configError(file, `the manifest is damaged: ${parsed.error.issues[0]?.message} (at ${parsed.error.issues[0]?.path.join('.')})`);
  return parsed.data;
}
