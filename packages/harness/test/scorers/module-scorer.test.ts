import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { loadModuleScorer, type ModuleScorer } from '../../src/scorers/module-scorer.ts';
import { ScorerError } from '../../src/scorers/scorer-error.ts';

const directory = mkdtempSync(join(tmpdir(), 'module-scorer-test-'));
const opened: ModuleScorer[] = [];
const input = { task: { id: 't', request: 'Say 42', expected: 42 }, answer: '42' };
let files = 0;

const write = (source: string, extension = 'mjs'): string => {
  files += 1;
  const file = join(directory, `scorer-${files}.${extension}`);
  writeFileSync(file, source);
  return file;
};
const load = (source: string, { timeoutMs = 5000, extension = 'mjs' } = {}): ModuleScorer => {
  const scorer = loadModuleScorer(write(source, extension), { timeoutMs });
  opened.push(scorer);
  return scorer;
};
const failure = async (scorer: ModuleScorer): Promise<string> => {
  const error = await scorer.score(input).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ScorerError);
  return (error as Error).message;
};

afterEach(async () => {
  for (const scorer of opened.splice(0)) await scorer.close();
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('a module of the user', () => {
  it('scores with a number, of the task and the answer', async () => {
    const scorer = load('export default ({ task, answer }) => (answer === String(task.expected) && task.id === "t" ? 1 : 0.25);');
    expect(await scorer.score(input)).toEqual({ score: 1, reasons: [] });
    expect(await scorer.score({ ...input, answer: '41' })).toEqual({ score: 0.25, reasons: [] });
  });

  it('scores with reasons, and with promises', async () => {
    expect(await load('export default async () => ({ score: 0.5, reasons: ["half"] });').score(input)).toEqual({ score: 0.5, reasons: ['half'] });
    expect(await load('export default () => ({ score: 0 });').score(input)).toEqual({ score: 0, reasons: [] });
  });

  it('may be written in TypeScript', async () => {
    const source = 'interface Input { readonly answer: string }\nexport default ({ answer }: Input): number => (answer satisfies string).length / 10;';
    expect((await load(source, { extension: 'ts' }).score(input)).score).toBe(0.2);
  });

  it('is loaded once for many scores, which come one after another', async () => {
    const scorer = load('let calls = 0; export default async () => { const mine = calls++; await null; return mine / 10; };');
    const scores = await Promise.all(Array.from({ length: 5 }, () => scorer.score(input)));
    expect(scores.map(({ score }) => score)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
  });

  it('is stopped when it loops for ever, and starts afresh for the next answer', async () => {
    const scorer = load('export default ({ answer }) => { while (answer === "42"); return 1; };', { timeoutMs: 300 });
    const [first, second] = await Promise.allSettled([scorer.score(input), scorer.score({ ...input, answer: 'x' })]);
    expect(first).toMatchObject({
      status: 'rejected',
      reason: { kind: 'scorer-failed', message: expect.stringMatching(/scorer-\d+\.mjs gave no score within 300 ms/) },
    });
    expect(second).toMatchObject({ status: 'fulfilled', value: { score: 1 } });
  });

  it('is stopped when its promise never settles', async () => {
    expect(await failure(load('export default () => new Promise(() => {});', { timeoutMs: 100 }))).toContain('within 100 ms');
  });

  it('is stopped when it does not come to an end while it is loaded', async () => {
    expect(await failure(load('while (true);', { timeoutMs: 10 }))).toContain('and was stopped');
  });

  it('may take longer to load than to score', async () => {
    const source = 'import { setTimeout } from "node:timers/promises"; await setTimeout(200); export default () => 1;';
    expect(await load(source, { timeoutMs: 100 }).score(input)).toMatchObject({ score: 1 });
  });

  it('fails with the message of what it throws, and goes on', async () => {
    const scorer = load('let calls = 0; export default () => { if (calls++ === 0) throw new Error("no judge"); return calls / 10; };');
    expect(await failure(scorer)).toMatch(/scorer-\d+\.mjs threw: no judge/);
    expect(await scorer.score(input)).toMatchObject({ score: 0.2 });
    expect(await failure(load('export default () => { setTimeout(() => { throw new Error("late"); }); return new Promise(() => {}); };'))).toContain(
      'threw: late',
    );
    expect(await failure(load('export default () => process.exit(0);'))).toContain('ended its thread');
  });

  it('outlives an error that comes after a score', async () => {
    const thrown = join(directory, 'thrown');
    const scorer = load(
      `import { writeFileSync } from 'node:fs'; export default () => { setTimeout(() => { writeFileSync(${JSON.stringify(thrown)}, ''); throw new Error("late"); }); return 1; };`,
    );
    expect(await scorer.score(input)).toMatchObject({ score: 1 });
    await vi.waitFor(() => expect(existsSync(thrown)).toBe(true), 60_000);
    // The error has a way to go from the worker to here.
    await promisify(setTimeout)(1000);
    expect(await scorer.score(input)).toMatchObject({ score: 1 });
  });

  it.each([
    ['undefined', 'returned nothing'],
    ['NaN', 'returned NaN'],
    ['1.5', 'returned 1.5'],
    ['-0.1', 'returned -0.1'],
    ['"1"', "returned '1'"],
    ['null', 'returned null'],
    ['({ score: Infinity })', 'returned { score: Infinity }'],
    ['({ value: 1 })', 'returned { value: 1 }'],
    ['({ score: 1, reasons: "good" })', "returned { score: 1, reasons: 'good' }"],
    ['() => 1', 'returned [Function'],
  ])('fails when it returns %s, and says so', async (returned, message) => {
    expect(await failure(load(`export default () => (${returned});`))).toContain(message);
  });

  it.each([
    ['has no default export', 'export const score = () => 1;', 'has no default export that is a function'],
    ['exports no function', 'export default 1;', 'has no default export that is a function'],
    ['is not JavaScript', 'export default (', 'cannot be loaded: '],
    ['imports what is not there', 'import "./nothing.mjs"; export default () => 1;', 'cannot be loaded: '],
    ['throws while it is loaded', 'throw new Error("no key");', 'cannot be loaded: no key'],
  ])('fails with the name of its file when it %s', async (_name, source, message) => {
    const text = await failure(load(source));
    expect(text).toContain(message);
    expect(text).toContain(`scorer-${files}.mjs`);
  });

  it('must exist', () => {
    const file = join(directory, 'nothing.mjs');
    expect(() => loadModuleScorer(file, { timeoutMs: 100 })).toThrow(ScorerError);
    expect(() => loadModuleScorer(file, { timeoutMs: 100 })).toThrow(file);
  });

  it('ends when it is closed, also in the midst of a score', async () => {
    const scorer = load('export default () => new Promise(() => {});');
    const pending = failure(scorer);
    await promisify(setTimeout)(200);
    await scorer.close();
    expect(await pending).toContain('ended its thread');
    expect(await failure(scorer)).toContain('has been closed');
  });

  it('keeps no process alive that does not close it', async () => {
    const scorer = write('setInterval(() => {}, 1000); export default () => 1;');
    const program = write(
      `import { loadModuleScorer } from ${JSON.stringify(resolve(import.meta.dirname, '../../src/scorers/module-scorer.ts'))};
      const { score } = await loadModuleScorer(${JSON.stringify(scorer)}, { timeoutMs: 5000 }).score({ task: { id: 't', request: 'r' }, answer: 'a' });
      console.log('score', score);`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 10_000 });
    expect(stdout).toBe('score 1\n');
  });
});
