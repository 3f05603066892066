/**
 * An experiment in a process of its own, traced to a service that fails in every way: its results and exit code are those of one that is
 * not traced, its end is hardly later, and afterwards `weave-sync` brings the service all that was finished, once. RATCHET_ALL_FAULTS=1 runs
 * the whole matrix; the suite runs the cases that only a process of its own can show, and the observability package the rest on the same code.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@ratchet/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectorKey, type Fault, type WeaveCollector, weaveCollector } from '../../observability/test/weave-collector.ts';
import { type Ended, filesOf, newPlace, tinyExperiment } from './ratchet.ts';

interface Case {
  /** Names the run. */
  readonly name: string;
  readonly fault?: (collector: WeaveCollector) => ((path: string) => Fault | undefined) | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** Sent when the run is half done. */
  readonly signal?: 'SIGTERM' | 'SIGKILL';
  readonly always?: true;
}

const status = (code: number, headers = {}) => ({ fault: () => () => ({ status: code, headers }) });
const dying: Case['fault'] = (collector) => () => (collector.paths.length > 3 ? 'cut' : undefined);
const cases: readonly Case[] = [
  { name: 'service-that-hangs', always: true, fault: () => () => 'hang' },
  { name: 'terminated-and-the-service-dies-on-the-way', always: true, signal: 'SIGTERM', fault: dying },
  { name: 'killed', always: true, signal: 'SIGKILL', fault: () => () => ({ status: 500 }) },
  { name: 'service-that-dies-on-the-way', fault: dying },
  { name: 'without-a-key', env: { WANDB_API_KEY: '' } },
  { name: 'unreachable', env: { WF_TRACE_SERVER_URL: 'http://127.0.0.1:9' } },
  { name: 'status-401', ...status(401) },
  { name: 'status-413', ...status(413) },
  { name: 'status-422', ...status(422) },
  { name: 'status-429', ...status(429, { 'retry-after': '60' }) },
  { name: 'status-500', ...status(500) },
  { name: 'slow', fault: () => () => ({ afterMs: 3_000 }) },
  {
    name: 'away-for-a-while',
    fault: () => {
      let requests = 0;
      return () => (requests++ < 3 ? 'cut' : undefined);
    },
  },
];
const chosen = cases.filter(({ always }) => always === true || process.env['RATCHET_ALL_FAULTS'] === '1');

const place = newPlace();
// Most of it is trials: there are some when a signal comes.
const experiment = tinyExperiment({ heldoutRepeats: '60' });
const wordsOf = (name: string) => ['experiment', experiment, '--run', name];
const clock = systemClock();
const collectors: WeaveCollector[] = [];
let good: WeaveCollector;
interface Came {
  readonly one: Case;
  /** With the continuation, where it was interrupted. */
  readonly ends: readonly Ended[];
  /** From the report to the end of the process. */
  readonly exitMs: number;
}
let came: readonly Came[];
let synced: Ended;
/** Lines that stood in spools of runs before they were sent. */
let spooled: Readonly<Record<string, number>>;

const exportEnv = (url: string) => ({
  WEAVE_PROJECT: 'team/project',
  WANDB_API_KEY: collectorKey,
  WF_TRACE_SERVER_URL: url,
  RATCHET_EXPORT_TIMEOUT_MS: '400',
  RATCHET_EXIT_MS: '1500',
});

async function runCase(one: Case): Promise<Came> {
  const collector = await weaveCollector();
  collectors.push(collector);
  collector.fault = one.fault?.(collector);
  const { child, ended } = place.start(wordsOf(one.name), { env: { ...exportEnv(collector.url), ...one.env } });
  let shownAt = Number.NaN;
  let shown = '';
  child.stdout?.on('data', (data: Buffer) => {
    shown += data;
    if (Number.isNaN(shownAt) && shown.includes('Report:')) shownAt = clock.now();
  });
  // Once: a second signal ends a process before its report.
  let { signal } = one;
  child.stderr?.on('data', (data: Buffer) => {
    if (signal === undefined || !/[678]0%/.test(String(data))) return;
    child.kill(signal);
    signal = undefined;
  });
  const first = await ended;
  const exitMs = clock.now() - shownAt;
  if (one.signal === undefined) return { one, ends: [first], exitMs };
  return { one, ends: [first, await place.run([...wordsOf(one.name), '--no-trace'])], exitMs };
}

beforeAll(async () => {
  good = await weaveCollector();
  const baseline = place.run([...wordsOf('untraced'), '--no-trace']);
  const running: Promise<Came>[] = [];
  // Two at once: each has a thread or two of its own.
  let turn: Promise<unknown> = baseline;
  for (const one of chosen) {
    const before = running.at(-2) ?? turn;
    running.push(before.then(() => runCase(one)));
    turn = before;
  }
  came = await Promise.all(running);
  expect((await baseline).code).toBe(0);
  spooled = Object.fromEntries(readdirSync(join(place.home, 'spool')).map((folder) => [folder, linesIn(join(place.home, 'spool', folder))]));
  // A good service may be slow on a busy machine.
  synced = await place.run(['weave-sync', '--json'], { env: { ...exportEnv(good.url), RATCHET_EXPORT_TIMEOUT_MS: '30000' } });
}, 600_000);
afterAll(() => Promise.all([...collectors, good].map((one) => one.close())));

function linesIn(folder: string): number {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl') || name.endsWith('.refused'))
    .reduce((sum, name) => sum + readFileSync(join(folder, name), 'utf8').split('\n').length - 1, 0);
}

const resultsOf = (run: string) => {
  const {
    'trials.jsonl': trials,
    'profiles.jsonl': profiles,
    'improvement.csv': improvement,
    'decisions.csv': decisions,
  } = filesOf(join(place.results, 'tiny', run));
  return { trials, profiles, improvement, decisions };
};

describe.each(chosen.map(({ name }) => name))('traced, with %s', (name) => {
  const mine = (): Came => came.find(({ one }) => one.name === name) as Came;

  test('an experiment comes to the same, with the exit code that it has by itself', () => {
    const { one, ends } = mine();
    expect(resultsOf(name)).toEqual(resultsOf('untraced'));
    const first = one.signal === undefined ? 0 : one.signal === 'SIGTERM' ? 130 : null;
    expect(ends.map(({ code }) => code)).toEqual(one.signal === undefined ? [first] : [first, 0]);
    expect(ends.map(({ stderr }) => stderr).join('')).not.toMatch(/unhandled|at .*\.(ts|js):\d+/i);
  });

  test('ends within five seconds of its report', () => {
    const { one, exitMs } = mine();
    if (one.signal !== 'SIGKILL') expect(exitMs).toBeLessThan(5_000);
  });

  test('loses nothing: with weave-sync every finished call is there, once', () => {
    const { one } = mine();
    const own = [...collectors, good].flatMap(({ calls }) => [...calls.values()]).filter(({ start }) => start?.attributes['run'] === name);
    expect(own.filter(({ starts, ends }) => starts < 1 || ends < 1)).toEqual([]);
    const trials = new Set(own.filter(({ start }) => /\/op\/trial:/.test(start?.op_name ?? '')).map(({ start }) => start?.inputs['trialId']));
    const logged =
      resultsOf(name)
        .trials?.split('\n')
        .filter((line) => line !== '') ?? [];
    if (one.signal === undefined) expect(trials).toEqual(new Set(logged.map((line) => (JSON.parse(line) as { id: string }).id)));
    // What was finished and written before the kill.
    else expect(trials.size).toBeGreaterThan(0);
  });
});

test('weave-sync sends all that is left, and nothing is left then', () => {
  expect(synced.code).toBe(0);
  const rows = JSON.parse(synced.stdout) as readonly { sent: number; refused: number; left: boolean }[];
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter(({ refused, left }) => refused > 0 || left)).toEqual([]);
  expect(readdirSync(join(place.home, 'spool'))).toEqual([]);
  // No call was sent twice to the same service, and killed runs' calls are those that stood in their spools.
  expect([...good.calls.values()].filter(({ starts, ends }) => starts !== 1 || ends !== 1)).toEqual([]);
  const killed = Object.entries(spooled).find(([folder]) => folder.includes('-killed-'))?.[1];
  expect([...good.calls.values()].filter(({ start }) => start?.attributes['run'] === 'killed')).toHaveLength(killed ?? Number.NaN);
});
