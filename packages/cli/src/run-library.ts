/** Runs in the folder of results, with their logs and traces, for the service to show. */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, readManifest, readTaskOutcomes, readYamlFile, type TaskOutcome, type TrialIndex, type TrialRecord, trialIndex } from '@ratchet/harness';
import { type SpanRecord, traceTree } from '@ratchet/observability';
import type { RunEntry, RunLibrary, RunPlace, StoredRun, StoredSpan } from '@ratchet/service';
import { z } from 'zod';
import { besideThread } from './beside-thread.ts';

import { fileCache } from './file-cache.ts';
import { spansIn } from './read-spans.ts';
import { readSummary } from './read-summary.ts';

/** A run has half a megabyte of summary and tables. */
const mostRuns = 12;
/** A hundred bytes each. */
const mostIndexed = 500_000;

export interface RunFolders {
  readonly results: string;
  readonly traces: string;
}

export function runLibrary({ results, traces }: RunFolders): RunLibrary {
  const runs = fileCache<StoredRun>(mostRuns);
  const indices = fileCache<TrialIndex>(mostIndexed, ({ size }) => size);
  const besideOf = besideThread();
  const heads = new WeakMap<object, ReturnType<typeof fileCache<unknown>>>();
  const folderOf = ({ experiment, run }: RunPlace): string => join(results, experiment, run);

  const indexOf = async (place: RunPlace): Promise<TrialIndex | undefined> => {
    const file = join(folderOf(place), 'trials.jsonl');
    if (!existsSync(file)) return undefined;
    // The index itself sees to a log that grows, or was replaced.
    const index = indices.get(file, [], () => trialIndex(file));
    await index.refresh();
    return index;
  };
  const storedRun = (place: RunPlace): StoredRun | undefined => {
    const folder = folderOf(place);
    if (!existsSync(join(folder, 'manifest.json')) && !existsSync(join(folder, 'summary.json'))) return undefined;
    const files = ['manifest.json', 'summary.json', 'tasks.csv'].map((name) => join(folder, name));
    return runs.get(folder, files, () => readRun(folder));
  };
  return {
    entries: async (fold) => {
      type Kept = ReturnType<typeof fold>;
      let cache = heads.get(fold) as ReturnType<typeof fileCache<Kept>> | undefined;
      if (cache === undefined) {
        cache = fileCache<Kept>(Number.POSITIVE_INFINITY);
        heads.set(fold, cache);
      }
      const found: Kept[] = [];
      for (const place of await placesIn(results)) {
        const folder = folderOf(place);
        const files = ['manifest.json', 'summary.json', 'trials.jsonl'].map((name) => join(folder, name));
        if (existsSync(files[0] as string) || existsSync(files[1] as string))
          found.push(cache.get(folder, files.slice(0, 2), () => fold(entryOf(place, folder))));
        // Reading a summary takes a while: requests come in between.
        await Promise.resolve();
      }
      return found;
    },
    run: async (place) => storedRun(place),
    trials: async (place, wishes) => (await indexOf(place))?.page(wishes),
    trial: async (place, id) => (await indexOf(place))?.trial(id),
    beside: async (place, trial) => {
      const manifest = storedRun(place)?.manifest;
      const [made, trace] = await Promise.all([
        manifest === undefined ? { request: null, repeated: null } : besideOf({ manifest, trial }),
        traceOf(join(traces, place.experiment, place.run), trial),
      ]);
      return { ...made, trace };
    },
    report: async (place) => {
      const file = join(folderOf(place), 'report.md');
      return existsSync(file) ? readFile(file, 'utf8') : undefined;
    },
  };
}

async function placesIn(results: string): Promise<readonly RunPlace[]> {
  const places: RunPlace[] = [];
  for (const experiment of await foldersIn(results)) for (const run of await foldersIn(join(results, experiment))) places.push({ experiment, run });
  return places;
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() && !entry.name.startsWith('.') ? [entry.name] : [])).sort();
}

function entryOf(place: RunPlace, folder: string): RunEntry {
  const common = { ...place, hasTrials: existsSync(join(folder, 'trials.jsonl')) };
  try {
    return { kind: 'readable', ...common, manifest: readManifest(folder), summary: existsSync(join(folder, 'summary.json')) ? readSummary(folder) : null };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { kind: 'unreadable', ...common, problem: error.message };
  }
}

function readRun(folder: string): StoredRun {
  const tasks = join(folder, 'tasks.csv');
  const outcomes: readonly TaskOutcome[] | null = existsSync(tasks) ? readTaskOutcomes(readFileSync(tasks, 'utf8'), tasks) : null;
  const summary = existsSync(join(folder, 'summary.json')) ? readSummary(folder) : null;
  return { summary, manifest: readManifest(folder), outcomes, families: familiesIn(join(folder, 'scenario.resolved.yaml')) };
}

const resolvedTasks = z.looseObject({ tasks: z.array(z.looseObject({ id: z.string(), family: z.string() })) });

function familiesIn(file: string): ReadonlyMap<string, string> {
  if (!existsSync(file)) return new Map();
  return new Map(readYamlFile(file, resolvedTasks).tasks.map(({ id, family }) => [id, family]));
}

/** The trial's own steps; what the same had been executed for before stands with the trial that it was executed for. */
async function traceOf(folder: string, { id }: TrialRecord): Promise<StoredSpan | null> {
  let traceId: string | undefined;
  // The last of the name: a run that was begun anew has written on.
  for await (const span of spansIn(folder, JSON.stringify(id))) if (span.attributes['trialId'] === id) traceId = span.traceId;
  if (traceId === undefined) return null;
  const spans: SpanRecord[] = [];
  for await (const span of spansIn(folder, traceId)) if (span.traceId === traceId) spans.push(span);
  return nested(spans);
}

type OpenSpan = StoredSpan & { readonly children: StoredSpan[] };

function nested(spans: readonly SpanRecord[]): StoredSpan | null {
  const path: OpenSpan[] = [];
  let root: OpenSpan | null = null;
  for (const { depth, span } of traceTree(spans)) {
    const { name, startedAtMs, durationMs, attributes, results, content, error } = span;
    const own: OpenSpan = { name, startedAtMs, durationMs, attributes, results, ...(content && { content }), ...(error && { error }), children: [] };
    path.length = depth;
    path.at(-1)?.children.push(own);
    path.push(own);
    if (depth === 0) root ??= own;
  }
  return root;
}
