import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '@ratchet/core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startExport } from '../../src/export/start-export.ts';
import { deliverSpool } from '../../src/spool/deliver-spool.ts';
import { spoolReader } from '../../src/spool/spool-reader.ts';
import { spoolWriter } from '../../src/spool/spool-writer.ts';
import { evaluationRecords } from '../../src/weave/evaluation-records.ts';
import { weaveDestination } from '../../src/weave/weave-destination.ts';
import type { WeaveRecord } from '../../src/weave/weave-record.ts';
import { type CollectedCall, collectorKey, type Fault, type WeaveCollector, weaveCollector } from '../weave-collector.ts';
import { spansOfTrial, writeTrials } from './span-lines.ts';

const root = mkdtempSync(join(tmpdir(), 'ratchet-weave-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
// The SDK prints what it thinks.
beforeAll(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
let collectors: WeaveCollector[] = [];
afterEach(async () => {
  await Promise.all(collectors.map((one) => one.close()));
  collectors = [];
});
async function open(options?: Parameters<typeof weaveCollector>[0]): Promise<WeaveCollector> {
  const collector = await weaveCollector(options);
  collectors.push(collector);
  return collector;
}

let folders = 0;
const newSpool = (): string => join(root, `spool-${folders++}`);

const setting = { kind: 'weave' as const, project: 'team/project', attributes: { run: 'r1' } };

/** In this process: the SDK is loaded once for all tests. */
async function deliver(folder: string, collector: WeaveCollector, { deadlineMs = 20_000, key = collectorKey, retry = false, timeoutMs = 5_000 } = {}) {
  process.env['WANDB_API_KEY'] = key;
  process.env['WF_TRACE_SERVER_URL'] = collector.url;
  const reader = spoolReader(folder, { lines: 2_000, bytes: 1e6 }, { retry });
  const destination = await weaveDestination({ ...setting, timeoutMs }, reader.refs);
  return deliverSpool(reader, { destination, clock: systemClock(), breaker: { firstMs: 10, longestMs: 30_000 }, idleMs: 10 }).finish(deadlineMs);
}

const opOf = ({ start }: CollectedCall): string => /\/op\/([\w.-]+):/.exec(start?.op_name ?? '')?.[1] ?? 'none';
const named = (collector: WeaveCollector, name: string): readonly CollectedCall[] => [...collector.calls.values()].filter((call) => opOf(call) === name);
/** Every call came whole, and none twice. */
function expectOnce(collector: WeaveCollector, calls: number): void {
  expect(collector.calls.size).toBe(calls);
  expect([...collector.calls.values()].filter(({ starts, ends }) => starts !== 1 || ends !== 1)).toEqual([]);
}

describe.each(['v1', 'v2'] as const)('what the real SDK sends in protocol %s', (protocol) => {
  test('is the whole tree of every trial, once, with inputs, output, tokens and errors', async () => {
    const collector = await open({ protocol });
    const folder = newSpool();
    await writeTrials(folder, 20);
    expect(await deliver(folder, collector)).toEqual({ sentLines: 20 * spansOfTrial, refusedLines: 0, leftBytes: 0 });
    expect(existsSync(folder)).toBe(false);
    expectOnce(collector, 20 * spansOfTrial);
    const trials = named(collector, 'trial');
    expect(trials).toHaveLength(20);
    const [trial] = trials;
    expect(trial?.start).toMatchObject({
      project_id: 'team/project',
      inputs: { trialId: 't0', policy: 'learned' },
      attributes: { run: 'r1', policy: 'learned', seed: 1, generation: 0, weave: { source: 'js-sdk', client_version: '0.11.1' } },
    });
    expect(trial?.start?.parent_id ?? null).toBeNull();
    // Of the two calls within; Weave's SDK adds them up.
    expect(trial?.end).toMatchObject({ output: { quality: 1 }, summary: { usage: { m: { input_tokens: 20, output_tokens: 10, requests: 2 } } } });
    for (const call of named(collector, 'model_call')) {
      const request = collector.calls.get(call.start?.parent_id ?? '');
      expect(request === undefined ? 'no parent' : opOf(request)).toBe('request');
      expect(collector.calls.get(request?.start?.parent_id ?? '')?.start?.trace_id).toBe(call.start?.trace_id);
    }
    const failed = named(collector, 'model_call').filter(({ end }) => typeof end?.exception === 'string');
    expect(failed.map(({ end }) => end?.exception)).toEqual(['timeout: too late', 'timeout: too late']);
    const answered = named(collector, 'model_call')[0];
    expect(answered?.start?.inputs).toMatchObject({ messages: [{ content: 'question 0' }] });
    expect(answered?.end?.output).toMatchObject({ answer: 'answer 0' });
    // Operations are published, with the file of their source.
    expect(collector.objects.map(({ name }) => name).sort()).toEqual(['decide', 'model_call', 'request', 'trial']);
    expect(collector.files.size).toBeGreaterThan(0);
    expect(collector.paths.some((path) => path.startsWith('/v2/'))).toBe(protocol === 'v2');
  });
});

describe('a service that fails', () => {
  const wrong = (status: number, headers: Readonly<Record<string, string>> = {}): Fault => ({ status, headers });
  test.each<[string, (path: string) => Fault | undefined]>([
    ['401', () => wrong(401)],
    ['413', () => wrong(413)],
    ['422 for calls alone', (path) => (path.includes('call') ? wrong(422) : undefined)],
    ['429', () => wrong(429, { 'retry-after': '60' })],
    ['500', () => wrong(500)],
    ['connections that break', () => 'cut'],
    ['silence', () => 'hang'],
  ])('keeps everything for later, and ends soon: %s', async (_what, fault) => {
    const collector = await open();
    collector.fault = fault;
    const folder = newSpool();
    await writeTrials(folder, 3);
    const report = await deliver(folder, collector, { deadlineMs: 1_000, timeoutMs: 100 });
    expect(report).toMatchObject({ sentLines: 0 });
    expect(report.problem).toMatch(/\w/);
    expect(collector.calls.size).toBe(0);
    collector.fault = undefined;
    expect(await deliver(folder, collector, { retry: true })).toMatchObject({ sentLines: 3 * spansOfTrial, refusedLines: 0, leftBytes: 0 });
    expectOnce(collector, 3 * spansOfTrial);
  });

  test('that takes what it is sent and says nothing gets it again, and has it once', async () => {
    const collector = await open();
    const folder = newSpool();
    await writeTrials(folder, 3);
    let batches = 0;
    // The first batch is taken, its answer comes too late.
    collector.fault = (path) => (path === '/call/upsert_batch' && batches++ === 0 ? { afterMs: 4_000 } : undefined);
    expect(await deliver(folder, collector, { timeoutMs: 1_000 })).toMatchObject({ leftBytes: 0 });
    expect(collector.calls.size).toBe(3 * spansOfTrial);
  });

  test('that takes all but one record keeps that aside, and goes on', async () => {
    const collector = await open();
    const folder = newSpool();
    await writeTrials(folder, 2);
    const spool = spoolWriter(folder, 'other');
    // Its name is none that the collector takes.
    spool.write(JSON.stringify({ kind: 'object', key: 'k', className: 'Model', name: 'a name/with signs', value: {}, refs: {} } satisfies WeaveRecord));
    spool.close();
    const report = await deliver(folder, collector);
    expect(report).toMatchObject({ sentLines: 2 * spansOfTrial, refusedLines: 1, leftBytes: 0 });
    expect(readFileSync(join(folder, 'lines.refused'), 'utf8')).toContain('a name/with signs');
    expect(readdirSync(folder)).toContain('lines.refused');
  });
});

describe('the thread that sends', () => {
  const environmentOf = (collector: WeaveCollector) => ({ WF_TRACE_SERVER_URL: collector.url, HOME: root });

  test('has the SDK to itself: without a key nothing is sent, nothing is lost, and with one all of it goes', async () => {
    const collector = await open();
    const folder = newSpool();
    await writeTrials(folder, 1);
    const work = { folder, setting: { ...setting, timeoutMs: 20_000 }, retry: false, share: 1 };
    const report = await startExport(work, environmentOf(collector)).finish(20_000);
    expect(report).toMatchObject({ sentLines: 0, problem: expect.stringContaining('API key not found') });
    const later = await startExport(work, { ...environmentOf(collector), WANDB_API_KEY: collectorKey }).finish(20_000);
    expect(later).toEqual({ sentLines: spansOfTrial, refusedLines: 0, leftBytes: 0 });
    expectOnce(collector, spansOfTrial);
  });

  test('rests beside the work, and hurries at its end', async () => {
    const collector = await open();
    const folder = newSpool();
    await writeTrials(folder, 10);
    // Two batches. After the first it would rest for a thousand times as long as that took.
    const work = { folder, setting: { ...setting, timeoutMs: 20_000 }, retry: false, share: 0.001 };
    const running = startExport(work, { ...environmentOf(collector), WANDB_API_KEY: collectorKey });
    await vi.waitFor(() => expect(collector.calls.size).toBe(10 * spansOfTrial), 40_000);
    await writeTrials(folder, 10, 'later');
    await wait(600);
    expect(collector.calls.size).toBe(10 * spansOfTrial);
    expect(await running.finish(20_000)).toMatchObject({ sentLines: 20 * spansOfTrial, leftBytes: 0 });
    expectOnce(collector, 20 * spansOfTrial);
  });

  test('sends what is written while it runs', async () => {
    const collector = await open();
    const folder = newSpool();
    const running = startExport(
      { folder, setting: { ...setting, timeoutMs: 20_000 }, retry: false, share: 1 },
      { ...environmentOf(collector), WANDB_API_KEY: collectorKey },
    );
    await Promise.all([writeTrials(folder, 30, 'main'), writeTrials(folder, 30, 'thread-1')]);
    await vi.waitFor(() => expect(collector.calls.size).toBe(60 * spansOfTrial), 40_000);
    expect(await running.finish(10_000)).toMatchObject({ sentLines: 60 * spansOfTrial, leftBytes: 0 });
    expectOnce(collector, 60 * spansOfTrial);
  });
});

describe('an evaluation', () => {
  const rows = [{ task: 'a' }, { task: 'b' }];
  const evaluation = {
    name: 'code-gen',
    datasetKey: 'dataset d',
    modelKey: 'policy learned 3',
    scorers: ['quality', 'costUsd'],
    attributes: { generation: 3, run: 'r1' },
    predictions: rows.map(({ task }, row) => ({ row, output: { answer: `to ${task}` }, scores: { quality: row, costUsd: row === 0 ? 0.5 : null } })),
    identity: 'code-gen r1 learned 3',
    startedAtMs: Date.UTC(2025, 0, 1),
  };
  const records: readonly WeaveRecord[] = [
    { kind: 'dataset', key: 'dataset d', name: 'd', description: 'tasks', rows },
    { kind: 'object', key: 'policy learned 3', className: 'Model', name: 'policy-learned', value: { generation: 3 }, refs: {} },
    ...evaluationRecords(evaluation),
  ];
  const writeRecords = (folder: string): void => {
    const spool = spoolWriter(folder, 'main');
    for (const record of records) spool.write(JSON.stringify(record));
    spool.close();
  };

  test('has data set, model and scorers by reference, a score for each prediction, and is there once however often it is sent', async () => {
    const collector = await open();
    for (const _time of [1, 2]) {
      const folder = newSpool();
      writeRecords(folder);
      expect(await deliver(folder, collector)).toMatchObject({ leftBytes: 0, refusedLines: 0 });
    }
    const [evaluate, ...others] = named(collector, 'Evaluation.evaluate');
    expect(others).toEqual([]);
    const refOf = (name: string) => collector.objects.filter((one) => one.name === name).map(({ digest }) => `weave:///team/project/object/${name}:${digest}`);
    expect([evaluate?.start?.inputs['self']]).toEqual(refOf('code-gen'));
    expect([evaluate?.start?.inputs['model']]).toEqual(refOf('policy-learned'));
    expect(evaluate?.end?.output).toEqual({ quality: { mean: 0.5 }, costUsd: { mean: 0.5 } });
    expect(evaluate?.start?.attributes).toMatchObject({ generation: 3, run: 'r1' });
    const object = collector.objects.find(({ name }) => name === 'code-gen')?.value;
    expect([object?.['dataset']]).toEqual(refOf('d'));
    expect(object?.['scorers']).toEqual([...refOf('quality'), ...refOf('costUsd')]);
    const predictions = named(collector, 'Evaluation.predict_and_score');
    expect(predictions).toHaveLength(2);
    for (const { start, end } of predictions) {
      expect(start?.parent_id).toBe(evaluate?.start?.id);
      const digest = /\/attr\/rows\/id\/(\w+)$/.exec(String(start?.inputs['example']))?.[1];
      expect(digest).toBeDefined();
      expect(end?.output).toMatchObject({ output: { answer: expect.stringMatching(/^to /) }, scores: {} });
    }
    expect(collector.feedback.size).toBe(4);
    for (const { weave_ref, call_ref, feedback_type, payload } of collector.feedback.values()) {
      const scored = collector.calls.get(weave_ref.split('/').at(-1) as string);
      const scorer = collector.calls.get(String(call_ref).split('/').at(-1) as string);
      expect(scored === undefined ? 'none' : opOf(scored)).toBe('Model.predict');
      expect(feedback_type).toBe(`wandb.runnable.${scorer === undefined ? 'none' : opOf(scorer).replace('.score', '')}`);
      expect(payload['output']).toEqual(scorer?.end?.output);
    }
  });

  test('has the very form of one that the SDK logs by itself', async () => {
    const [theirs, ours] = [await open(), await open()];
    const folder = newSpool();
    writeRecords(folder);
    await deliver(folder, ours);
    await logWithSdk(theirs, { rows, scores: evaluation.predictions.map(({ output, scores }) => ({ output, scores })) });
    expect(shapesOf(ours)).toEqual(shapesOf(theirs));
    expect(ours.feedback.size).toBe(theirs.feedback.size);
  });
});

/** What calls look like, without what tells one run from another: operation, parent, keys of inputs, markers, form of the output. */
function shapesOf(collector: WeaveCollector): readonly string[] {
  return [...collector.calls.values()]
    .map((call) => {
      const parent = collector.calls.get(call.start?.parent_id ?? '');
      const { _weave_eval_meta: marks } = call.start?.attributes ?? {};
      const output = call.end?.output;
      const form = typeof output === 'object' && output !== null ? Object.keys(output).sort() : typeof output;
      const inputs = Object.entries(call.start?.inputs ?? {}).map(([name, value]) => (String(value).startsWith('weave:///') ? `${name} by reference` : name));
      const name = call.start?.display_name ?? null;
      return JSON.stringify({ op: opOf(call), parent: parent === undefined ? null : opOf(parent), inputs: inputs.sort(), marks, form, name });
    })
    .sort();
}

interface Logged {
  readonly rows: readonly { readonly task: string }[];
  readonly scores: readonly { readonly output: unknown; readonly scores: Readonly<Record<string, unknown>> }[];
}

async function logWithSdk(collector: WeaveCollector, { rows, scores }: Logged): Promise<void> {
  process.env['WANDB_API_KEY'] = collectorKey;
  process.env['WF_TRACE_SERVER_URL'] = collector.url;
  const weave = await import('weave');
  const client = await weave.init('team/project', { printCallLink: false });
  const dataset = new weave.Dataset({ name: 'd', rows: rows.map((row, index) => ({ id: String(index), ...row })) });
  await dataset.save();
  const logger = new weave.EvaluationLogger({ name: 'code-gen', dataset, model: { name: 'policy-learned' }, scorers: ['quality', 'costUsd'] });
  for (const [index, { output, scores: ofOne }] of scores.entries()) {
    const prediction = await logger.logPredictionAsync(dataset.getRow(index), output);
    for (const [name, score] of Object.entries(ofOne)) await prediction.logScore(name, score as number);
    await prediction.finish();
  }
  await logger.logSummary();
  await (client as unknown as { waitForBatchProcessing(): Promise<void> }).waitForBatchProcessing();
}
