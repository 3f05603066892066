/** Runs the command line in processes of their own, with results and home in temporary folders, as a person would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { summarySchema } from '@ratchet/harness';

const main = fileURLToPath(new URL('../src/ratchet.mjs', import.meta.url));
export const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));
export const tinyScenario = fileURLToPath(new URL('../../harness/test/fixtures/tiny', import.meta.url));

const root = mkdtempSync(join(tmpdir(), 'ratchet-cli-'));
let folders = 0;

export function newFolder(files: Readonly<Record<string, string>> = {}): string {
  folders += 1;
  const directory = join(root, `folder-${folders}`);
  mkdirSync(directory);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

/** A copy of the tiny scenario, to change; `arms` takes the place of its arms and heuristic. */
export function tinyCopy(
  change: { readonly arms?: string; readonly scenario?: (yaml: string) => string; readonly answers?: (yaml: string) => string } = {},
): string {
  const read = (name: string) => readFileSync(join(tinyScenario, name), 'utf8');
  const arms = (yaml: string) => (change.arms === undefined ? yaml : yaml.replace(/^arms:[\s\S]*?^utility:/m, `${change.arms}\nutility:`));
  return newFolder({
    'scenario.yaml': (change.scenario ?? arms)(read('scenario.yaml')),
    'answers/answers.yaml': (change.answers ?? String)(read('answers/answers.yaml')),
    'tasks/tasks.yaml': read('tasks/tasks.yaml'),
  });
}

/** Two arms whose answers are short: the most that an attempt may cost is then $0.03. */
export const leanArms = 'arms:\n  - { strategy: direct, model: { each: [small, large] }, maxOutputTokens: 100 }\nbaseline: random';

export interface Ended {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** A place to run commands in: their results and snapshots are kept apart from everybody else's. */
export interface Place {
  readonly results: string;
  readonly home: string;
  start(words: readonly string[], options?: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> }): Started;
  run(words: readonly string[], options?: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> }): Promise<Ended>;
}

/** Neither is made before a command writes to it. */
export function newPlace(): Place {
  const directory = newFolder();
  const [results, home] = [join(directory, 'results'), join(directory, 'home')];
  const { FORCE_COLOR: _force, NO_COLOR: _no, CI: _ci, INIT_CWD: _cwd, ...env } = process.env;
  const start: Place['start'] = (words, options = {}) => {
    const child = spawn(process.execPath, [main, ...words], {
      cwd: options.cwd ?? directory,
      env: { ...env, RATCHET_RESULTS: results, RATCHET_HOME: home, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (stdout += data));
    child.stderr.on('data', (data: Buffer) => (stderr += data));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { child, ended };
  };
  return { results, home, start, run: (words, options) => start(words, options).ended };
}

/** The path of a small experiment on the tiny scenario; `lines` of YAML are added to it, or take the place of its own. */
export function tinyExperiment(lines: Readonly<Record<string, string>> = {}): string {
  const all = {
    name: 'tiny',
    scenario: tinyScenario,
    policies: '[heuristic, learned]',
    generations: '1',
    seeds: '1',
    profileRepeats: '1',
    heldoutRepeats: '1',
    validationRepeats: '1',
    split: '{ train: 0.4, validation: 0.3, heldout: 0.3 }',
    ...lines,
  };
  return join(
    newFolder({
      'tiny.yaml': Object.entries(all)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join(''),
    }),
    'tiny.yaml',
  );
}

/** The folder of the one run that there is. */
export function onlyRun(place: Place, experiment = 'tiny'): string {
  const runs = existsSync(join(place.results, experiment)) ? readdirSync(join(place.results, experiment)) : [];
  if (runs.length !== 1) throw new Error(`there are ${runs.length} runs of ${experiment}`);
  return join(place.results, experiment, runs[0] as string);
}

/** What of the one run does not depend on when it ran: its logs. */
export function logsOf(place: Place) {
  const { 'trials.jsonl': trials, 'profiles.jsonl': profiles } = filesOf(onlyRun(place));
  return { trials, profiles };
}

/** The same of a summary, as `--json` prints it. */
export function summaryOf(text: string) {
  return { ...summarySchema.parse(JSON.parse(text)), startedAt: '', durationMs: 0 };
}

export function filesOf(directory: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  );
}

/**
 * A table of recorded outcomes of two models: one dear and right, one cheap and right on half of the queries. They are
 * numbered from `first` on.
 */
export function recordedTable({ first = 0, models = ['dear', 'cheap'] }: { readonly first?: number; readonly models?: readonly string[] } = {}): string {
  const queries = Array.from({ length: 24 }, (_, index) => ({ id: `q${first + index}`, number: first + index }));
  const outcomes = queries.flatMap(({ id, number }) =>
    models.map((model) => (model === 'dear' ? `${id},${model},1,0.01,10,20,2\n` : `${id},${model},${number % 2},0.001,10,20,1\n`)),
  );
  return newFolder({
    'queries.jsonl': queries
      .map(
        ({ id, number }) =>
          `${JSON.stringify({ query_id: id, category: number % 2 === 0 ? 'even' : 'odd', prompt: `Question number ${number}, about ${'things '.repeat(number % 5)}` })}\n`,
      )
      .join(''),
    'models.csv': `model\n${models.join('\n')}\n`,
    'outcomes.csv': `query_id,model,quality,cost_usd,input_tokens,output_tokens,latency_s\n${outcomes.join('')}`,
  });
}
