/** Runs the command line with results and home in temporary folders, as a person would: in processes of their own, or in one that is warm. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
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
  /** In a process of its own: where it matters how one starts, ends, is killed or keeps what it loads. */
  run(words: readonly string[], options?: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> }): Promise<Ended>;
  /** The same program with the same words, after others in one warm process: for all else. */
  call(words: readonly string[], options?: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> }): Promise<Ended>;
}

export interface WarmOrder {
  readonly number: number;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface WarmReply extends Ended {
  readonly number: number;
  /** Of a program that did not end as programs should: it threw. */
  readonly failure?: string;
}

let warm: ChildProcess | undefined;
let calls = 0;
let lastCall: Promise<unknown> = Promise.resolve();

/** One at a time: the process has one folder, one environment and one stdout. */
function callWarm(order: Omit<WarmOrder, 'number'>): Promise<Ended> {
  const ended = lastCall.then(
    () =>
      new Promise<Ended>((resolve, reject) => {
        const number = ++calls;
        const child = warm ?? startWarm();
        warm = child;
        const onExit = (code: number | null) => {
          warm = undefined;
          reject(new Error(`ratchet ${order.words.join(' ')}: ended the warm process with code ${code}`));
        };
        child.once('exit', onExit);
        child.once('message', ({ failure, code, stdout, stderr }: WarmReply) => {
          child.off('exit', onExit);
          hold(child, false);
          if (failure === undefined) resolve({ code, stdout, stderr });
          else reject(new Error(failure));
        });
        hold(child, true);
        child.send({ ...order, number } satisfies WarmOrder);
      }),
  );
  lastCall = ended.catch(() => undefined);
  return ended;
}

/** Of no terminal. What it says besides its commands goes to where tests say things. */
function startWarm(): ChildProcess {
  const child = fork(fileURLToPath(new URL('./warm-command-line.ts', import.meta.url)), { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  child.stderr?.on('data', (data: Buffer) => process.stderr.write(data));
  return child;
}

/** Whether the tests' process waits for this one, which ends with it. */
function hold(child: ChildProcess, held: boolean): void {
  for (const one of [child, child.channel, child.stderr as Socket | null])
    if (held) one?.ref();
    else one?.unref();
}

/** Neither is made before a command writes to it. */
export function newPlace(): Place {
  const directory = newFolder();
  const [results, home] = [join(directory, 'results'), join(directory, 'home')];
  const { FORCE_COLOR: _force, NO_COLOR: _no, CI: _ci, INIT_CWD: _cwd, ...env } = process.env;
  const setting = (options: Parameters<Place['start']>[1] = {}) => ({
    cwd: options.cwd ?? directory,
    env: { ...env, RATCHET_RESULTS: results, RATCHET_HOME: home, ...options.env } as Record<string, string>,
  });
  const start: Place['start'] = (words, options) => {
    const child = spawn(process.execPath, [main, ...words], {
      ...setting(options),
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
  return { results, home, start, run: (words, options) => start(words, options).ended, call: (words, options) => callWarm({ words, ...setting(options) }) };
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
