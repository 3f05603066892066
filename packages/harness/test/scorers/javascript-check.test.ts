import { describe, expect, it } from 'vitest';
import { runnableBlock, topLevelNames } from '../../src/scorers/code-blocks.ts';
import { runJavaScriptChecks, runMutationCheck } from '../../src/scorers/javascript-check.ts';
import { loadJavaScriptSandbox } from '../../src/scorers/javascript-sandbox.ts';

const sandbox = await loadJavaScriptSandbox();
const score = (blocks: readonly string[], tests: string, prelude = '') => runJavaScriptChecks(sandbox, { prelude, blocks }, tests);
const full = { score: 1, reasons: [] };

describe('runJavaScriptChecks', () => {
  const tests = `check('adds', () => equal(add(1, 2), 3));
check('adds nothing', () => equal(add(0, 0), 0));`;

  it('scores the share of the checks that pass, and says why the others do not', async () => {
    expect(await score(['function add(a, b) { return a + b; }'], tests)).toEqual(full);
    expect(await score(['const add = (a, b) => a * b;'], tests)).toEqual({ score: 0.5, reasons: ['adds: expected 3, got 2'] });
  });

  it('scores 0 for code that does not define what is checked', async () => {
    expect(await score(['function sum() {}'], tests)).toMatchObject({ score: 0, reasons: [expect.stringContaining('add'), expect.stringContaining('add')] });
  });

  it.each([
    ['loops', 'function add() { for (;;) {} }', /deadline/],
    ['allocates without end', 'function add() { const all = []; for (;;) all.push({}); }', /memory/],
    ['asks the network', 'async function add(a, b) { await fetch("http://example.com"); return a + b; }', /fetch/],
    ['asks for files', 'function add() { return require("node:fs").readFileSync("/etc/passwd"); }', /require/],
    ['asks for the process', 'function add() { return process.env; }', /process/],
  ])('scores 0 for code that %s', async (_name, code, reason) => {
    const result = await score(
      [code],
      tests.replace('() => equal(add(1, 2), 3)', 'async () => equal(await add(1, 2), 3)').replace('() => equal(add(0', 'async () => equal(await add(0'),
    );
    expect(result.score).toBe(0);
    expect(result.reasons.join()).toMatch(reason);
  });

  it('loses only the check that never settles', async () => {
    const waiting = "check('waits', async () => equal(await later(), 1)); check('is there', () => ok(later));";
    expect(await score(['function later() { return new Promise(() => {}); }'], waiting)).toEqual({ score: 0.5, reasons: ['waits: it never settles'] });
    expect(await score(['async function later() { for (let i = 0; i < 100; i++) await null; return 1; }'], waiting)).toEqual(full);
  });

  it('counts the checks that the tests do not come to', async () => {
    const cut = "check('a', () => ok(true));\nmissing();\ncheck('b', () => ok(true));\ncheck('c', () => ok(true));\ncheck('d', () => ok(true));";
    expect(await score([''], cut)).toMatchObject({ score: 0.25, reasons: [expect.stringContaining('missing')] });
  });

  it('keeps its checks apart from functions of the same name', async () => {
    const answer = 'function check() { return false; } const equal = () => {}; function ok() { throw new Error("mine"); } const value = 3;';
    expect(await score([answer], "const value = 4; check('four', () => equal(value, 4)); check('fails', () => equal(1, 2));")).toMatchObject({ score: 0.5 });
  });

  it('treats -0 and 0 as equal, as a reader of the answer would', async () => {
    expect(await score(['const round = (x) => Math.round(x)'], "check('rounds', () => equal(round(-0.4), 0));")).toEqual(full);
  });

  it('runs the prelude first', async () => {
    expect(await score(['const twice = (x) => double(x)'], "check('doubles', () => equal(twice(2), 4));", 'function double(x) { return 2 * x; }')).toEqual(
      full,
    );
  });
});

describe('an answer of several blocks', () => {
  it('shares what the blocks declare', async () => {
    expect(
      await score(
        ['const two = 2; let calls = 0;', 'function next() { calls++; return two + calls; }'],
        "check('counts', () => equal([next(), next(), calls], [3, 4, 2]));",
      ),
    ).toEqual(full);
  });

  it('keeps blocks apart that declare the same const, as files would', async () => {
    const cart = 'const initialState = { items: [] };\nconst cart = (state = initialState) => state;';
    const user = 'const initialState = { name: null };\nconst user = (state = initialState) => state;\nfunction both() { return [cart(), user()]; }';
    expect(await score([cart, user], "check('both', () => equal(both(), [{ items: [] }, { name: null }]));")).toEqual(full);
  });

  it('keeps functions of the same name apart, the last for the others', async () => {
    const blocks = [
      'function helper() { return 1; }\nfunction one() { return helper(); }',
      'function helper() { return 2; }\nfunction two() { return helper(); }',
    ];
    expect(await score(blocks, "check('each its own', () => equal([one(), two(), helper()], [1, 2, 2]));")).toEqual(full);
  });

  it('passes on changes of a variable between blocks that clash', async () => {
    const blocks = ['const name = 1;\nlet count = 0;', 'const name = 2;\nfunction add() { count += name; }'];
    expect(await score(blocks, "check('counts', () => { add(); add(); equal(count, 4); });")).toEqual(full);
  });

  it('may declare what the prelude has', async () => {
    expect(
      await score(
        ['const text = (x) => x + "!";\nconst shout = (x) => text(x);'],
        "check('own', () => equal([shout('a'), text('a')], ['a!', 'a?']));",
        'function text(x) { return x + "?"; }',
      ),
    ).toEqual(full);
  });
});

describe('an answer in TypeScript', () => {
  it('runs without its types', async () => {
    const code = `interface Item { readonly price: number }
      export type Items = readonly Item[];
      enum Mode { Sum, Count }
      export function total(items: Items, mode: Mode = Mode.Sum): number {
        return items.reduce((sum: number, item) => sum + (mode === Mode.Sum ? item.price : 1), 0 as number);
      }
      class Cart<T extends Item> { constructor(private readonly items: T[] = []) {} get total(): number { return total(this.items)!; } }`;
    expect(await score([code], "check('sums', () => equal([total([{ price: 2 }]), new Cart([{ price: 3 }]).total], [2, 3]));")).toEqual(full);
  });

  it('is left as it is when it is neither JavaScript nor TypeScript', async () => {
    expect(await score(['const add = ;'], "check('adds', () => equal(add(1, 2), 3));")).toMatchObject({ score: 0 });
  });
});

describe('runnableBlock', () => {
  it.each([
    ["import a from 'a';\nimport { b,\n  c } from \"c\";\nimport 'd';\nconst x = 1;", 'x'],
    ["const { a,\n  b } = require('a');\nvar c = require('c').c;\nconst x = 1;", 'x'],
    ['export const x = 1;\nexport default x;\nexport { x as y };\nexport * from "z";', 'x'],
    ['export default function x() {}', 'x'],
    ['export default class x {}', 'x'],
    ['export default { a: 1 };\nexport async function x() {}', 'x'],
    ['export default () => 1;\nfunction x() {}', 'x'],
    ['export default function () {}\nfunction x() {}', 'x'],
    ["import type { A } from 'a';\nexport const x: A = 1;", 'x'],
    ['  export const x = 1;\n  const y = 2;', 'x'],
    ['export const x = 1;\r\nexport { x };\r\n', 'x'],
  ])('makes a script of %j', async (code, name) => {
    const end = await sandbox.run([{ name: 'block', code: runnableBlock(code) }], `typeof ${name}`);
    expect(end.scriptErrors).toEqual([]);
    expect(end).toMatchObject({ value: expect.stringMatching(/number|function/) });
  });
});

describe('topLevelNames', () => {
  it('lists what is declared at the start of a line', () => {
    const code =
      'const a = 1, z = 2;\nlet b, c;\nasync function d() {\n  const inner = 1;\n}\nfunction* e() {}\nclass F {}\nconst { g, h: i, j = 1 } = {};\nconst [k, ...l] = [];';
    expect(topLevelNames(code)).toEqual(['a', 'b', 'c', 'd', 'e', 'F', 'g', 'i', 'j', 'k', 'l']);
  });
});

describe('runMutationCheck', () => {
  const check = {
    implementation: 'function clamp(x, low, high) { return Math.min(high, Math.max(low, x)); }',
    mutants: ['function clamp(x, low, high) { return Math.max(low, x); }', 'function clamp(x, low, high) { return Math.min(high, x); }'],
  };
  const run = (...blocks: string[]) => runMutationCheck(sandbox, { prelude: '', blocks }, check);
  const high = "test('is not above', () => expect(clamp(9, 0, 5)).toBe(5));";
  const low = "it('is not below', () => { expect(clamp(-1, 0, 5)).toEqual(0); });";

  it('scores the share of the mutants that the tests catch', async () => {
    expect(await run(high, low)).toEqual(full);
    expect(await run(high)).toEqual({ score: 0.5, reasons: ['mutant 2 is not caught'] });
  });

  it('scores 0 for tests that fail on the right code', async () => {
    expect(await run(high, "test('wrong', () => expect(clamp(1, 0, 5)).toBe(2));")).toEqual({
      score: 0,
      reasons: ['fails on the right code: wrong: expected 1 to be 2'],
    });
  });

  it('scores 0 for an answer without tests', async () => {
    expect(await run('const x = 1;')).toEqual({ score: 0, reasons: ['no test ran'] });
  });

  it('runs tests with imports, against the mutants even when the answer repeats the code', async () => {
    expect(await run(`const { clamp } = require('./clamp');\nimport { it, expect } from 'vitest';\n${check.implementation}\n${high}\n${low}`)).toEqual(full);
    expect(await run(`const clamp = (x) => x;\ndescribe('clamp', () => {\n${high}\n${low}\n});`)).toEqual(full);
  });

  it('counts a mutant that never ends as caught', async () => {
    const endless = { ...check, mutants: ['function clamp() { for (;;) {} }', 'function clamp() { const all = []; for (;;) all.push({}); }'] };
    expect(await runMutationCheck(sandbox, { prelude: '', blocks: [high] }, endless)).toEqual(full);
  });
});
