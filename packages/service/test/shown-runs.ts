/** Runs as tests show them: the summary and the tables of the committed reference of code-gen, under whatever names, with trials of a test's own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, readManifest, readTaskOutcomes, type Summary, summarySchema, type TrialRecord } from '@ratchet/harness';
import type { RunLibrary, RunPlace, StoredRun, TrialBeside } from '../src/index.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'results', 'code-gen', 'reference');
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const summary: Summary = summarySchema.parse(JSON.parse(text('summary.json')));

export const reference: StoredRun & { readonly summary: Summary } = {
  summary,
  manifest: readManifest(folder),
  outcomes: readTaskOutcomes(text('tasks.csv'), 'tasks.csv'),
  families: new Map([['train-timetable/hall-display', 'several']]),
};

export const shownTrial: TrialRecord = {
  id: 'learned/s1/g0.0/heldout/a task/with a slash?',
  phase: 'heldout',
  policy: 'learned',
  seed: 1,
  generation: 0,
  snapshot: 0,
  repeat: 0,
  task: 'a task/with a slash?',
  arm: 'direct/mini',
  strategy: 'direct',
  propensity: 1,
  status: 'completed',
  quality: 0.5,
  costUsd: 0.01,
  latencyMs: 100,
  calls: 1,
  inputTokens: 10,
  outputTokens: 20,
};

export const besideShown: TrialBeside = {
  request: 'Write it.',
  repeated: 'It is written.',
  trace: { name: 'trial', startedAtMs: 1, durationMs: 2, attributes: { trialId: shownTrial.id }, results: {}, children: [] },
};

const runs: Readonly<Record<string, StoredRun>> = {
  'code-gen/reference': reference,
  'code-gen/other': { ...reference, manifest: { ...reference.manifest, facts: { ...reference.manifest.facts, options: { limit: 5 } } } },
  'code-gen/running': { ...reference, summary: null, outcomes: null },
};

/** `asked` is told of every place that is looked at. */
export function shownRuns({ asked = () => undefined, beside = besideShown }: { asked?: (place: RunPlace) => void; beside?: TrialBeside } = {}): RunLibrary {
  const find = ({ experiment, run }: RunPlace): StoredRun | undefined => {
    asked({ experiment, run });
    if (run === 'damaged') throw new ConfigError([{ file: 'manifest.json', message: 'the manifest is damaged' }]);
    return runs[`${experiment}/${run}`];
  };
  return {
    entries: async (fold) => [
      ...Object.entries(runs).map(([name, { summary: own, manifest }]) => {
        const [experiment = '', run = ''] = name.split('/');
        return fold({ kind: 'readable', experiment, run, hasTrials: run === 'other', summary: own, manifest });
      }),
      fold({ kind: 'unreadable', experiment: 'code-gen', run: 'damaged', hasTrials: false, problem: 'the manifest is damaged' }),
    ],
    run: async (place) => find(place),
    trials: async (place, { offset, limit }) =>
      find(place) === undefined || place.run === 'reference' ? undefined : { total: 1, trials: [shownTrial].slice(offset, offset + limit) },
    trial: async (place, id) => (find(place) !== undefined && id === shownTrial.id ? shownTrial : undefined),
    beside: async () => beside,
    report: async (place) => (find(place)?.summary === undefined || find(place)?.summary === null ? undefined : `# ${place.experiment}/${place.run}`),
  };
}
