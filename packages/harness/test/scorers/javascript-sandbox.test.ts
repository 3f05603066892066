import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deterministicEnvironment } from '../../src/scorers/check-runtime.ts';
import { defaultSandboxLimits, loadJavaScriptSandbox } from '../../src/scorers/javascript-sandbox.ts';

const sandbox = await loadJavaScriptSandbox();
const run = (code: string, result = '1', limits = defaultSandboxLimits) => sandbox.run([{ name: 'program', code }], result, limits);
/** A tenth of the usual deadline, for programs that come to it. */
const short = { ...defaultSandboxLimits, maxInterrupts: defaultSandboxLimits.maxInterrupts / 10 };
const evaluate = async (expression: string) => {
  const end = await sandbox.run([{ name: 'environment', code: deterministicEnvironment }], expression);
  return end.kind === 'completed' ? end.value : end;
};

describe('the JavaScript sandbox', () => {
  it('returns what an expression gives, as JSON would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const json = JSON.stringify(value);
        expect(await run(`globalThis.value = JSON.parse(${JSON.stringify(json)})`, 'value')).toMatchObject({ value: JSON.parse(json) });
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['a loop', 'for (;;) {}'],
    ['a loop that catches', 'for (;;) { try { for (;;) {} } catch {} }'],
    ['promises without end', 'let last = Promise.resolve(); const again = () => { last = last.then(again); }; again();'],
    ['a regular expression that backtracks', '/(a+)+$/.test("a".repeat(40) + "b")'],
    ['a loop in the message of an error', 'throw { get message() { for (;;); } }'],
  ])('stops %s at the deadline', async (_name, code) => {
    expect(await run(code, '1', short)).toMatchObject({ kind: 'stopped', reason: 'deadline' });
  });

  it.each([
    ['objects', 'const all = []; for (;;) all.push({})'],
    ['arrays', 'const all = []; for (;;) all.push(new Array(1000).fill(1))'],
    ['buffers', 'const all = []; for (;;) all.push(new Uint8Array(100000))'],
    ['large strings', 'const all = []; for (;;) all.push("x".repeat(500000))'],
    ['one string', '"x".repeat(2 ** 29)'],
  ])('stops a program that allocates %s without end', async (_name, code) => {
    expect(await run(code)).toMatchObject({ kind: 'stopped', reason: 'memory' });
  });

  it('runs the next program after one that broke the interpreter', async () => {
    for (const code of ['const all = []; for (;;) all.push([])', 'JSON.parse("[".repeat(1e6))', 'const a = []; try { for (;;) a.push([]) } catch {}']) {
      const [, next] = await Promise.all([run(code), run('', '1 + 1')]);
      expect(next).toMatchObject({ kind: 'completed', value: 2 });
      expect(await run('', '2 + 2')).toMatchObject({ kind: 'completed', value: 4 });
    }
  });

  it('gives the same end to the same program, whatever ran before', async () => {
    const endless = 'globalThis.count = 0; const end = () => { for (;;) count++; };';
    const first = await sandbox.run([{ name: 'a', code: endless }], '(() => { try { end() } finally { return count } })()');
    await run('const all = []; for (;;) all.push({})');
    expect(await sandbox.run([{ name: 'a', code: endless }], '(() => { try { end() } finally { return count } })()')).toEqual(first);
  });

  it('has no way to the host', async () => {
    const names = ['fetch', 'require', 'process', 'global', 'XMLHttpRequest', 'WebSocket', 'Deno', 'Bun', 'std', 'os', 'WebAssembly', 'Worker'];
    expect(await run('', `[${names.map((name) => `typeof ${name}`).join()}].every((type) => type === 'undefined')`)).toMatchObject({ value: true });
    expect(await run('', 'import("node:fs").then(() => "loaded", () => "refused")')).toMatchObject({ value: 'refused' });
    expect(await run('', 'Function("return typeof process")()')).toMatchObject({ value: 'undefined' });
    expect(await run('', '(() => {}).constructor("return typeof require")()')).toMatchObject({ value: 'undefined' });
  });

  it('keeps nothing from one program for the next', async () => {
    await run('globalThis.secret = 1; Object.prototype.leak = 1; Array.prototype.map = null;');
    expect(await run('', '[typeof secret, typeof ({}).leak, typeof [].map]')).toMatchObject({ value: ['undefined', 'undefined', 'function'] });
  });

  it('goes on after a script that throws, and reports it', async () => {
    const end = await sandbox.run(
      [
        { name: 'one', code: 'var a = 1; throw new Error("no")' },
        { name: 'two', code: 'var b = 2' },
      ],
      'a + b',
    );
    expect(end).toEqual({ kind: 'completed', value: 3, scriptErrors: ['one: Error: no'] });
  });

  it('does not take an error of the program for the end of its memory', async () => {
    expect(await run('throw new Error("out of memory")')).toMatchObject({ kind: 'completed' });
  });

  it('stops when the result is never settled', async () => {
    expect(await run('', 'new Promise(() => {})')).toMatchObject({ kind: 'stopped', message: 'the result was never settled' });
  });
});

describe('the deterministic environment', () => {
  it('repeats time and chance', async () => {
    const draw = '[Math.random(), Math.random(), Date.now(), new Date().getTime()]';
    expect(await evaluate(draw)).toEqual(await evaluate(draw));
  });

  it('has the time zone UTC wherever it runs', async () => {
    // Where the zone of this process is another, the interpreter would otherwise take that.
    const zone = process.env['TZ'];
    process.env['TZ'] = 'America/New_York';
    try {
      expect(
        await evaluate(`[new Date(2025, 0, 15, 10).toISOString(), new Date('2025-01-15T10:30').getHours(), new Date('Jan 15, 2025').toISOString(),
          new Date('2025-01-15T10:00:00+02:00').getHours(), new Date(0).getTimezoneOffset(), String(new Date(0)), new Date(0).toLocaleString()]`),
      ).toEqual(['2025-01-15T10:00:00.000Z', 10, '2025-01-15T00:00:00.000Z', 8, 0, 'Thu Jan 01 1970 00:00:00 GMT+0000 (UTC)', '1/1/1970, 12:00:00 AM']);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('has dates that are dates', async () => {
    expect(
      await evaluate(`[new Date() instanceof Date, new Date(0).constructor === Date, typeof Date(), Number.isNaN(new Date('x').getTime()),
        new (class Day extends Date { next() { return this.getDate() + 1; } })(0).next()]`),
    ).toEqual([true, true, 'string', true, 2]);
  });

  it('has a silent console and structuredClone', async () => {
    expect(
      await evaluate(`(() => { console.log('x'); console.table([]); const a = { d: new Date(5), m: new Map([[1, [2]]]) }; a.self = a;
        const b = structuredClone(a); a.m.get(1).push(3); return [b.d.getTime(), b.m.get(1), b.self === b]; })()`),
    ).toEqual([5, [2], true]);
  });
});

describe('the sandbox after scripts that it has run once', () => {
  const first = [
    { name: 'environment', code: deterministicEnvironment },
    { name: 'shared', code: 'var count = 0; const seen = [1, 2, 3]; function bump() { return ++count; } let spent = 0; while (spent < 25000) spent++;' },
    { name: 'faulty', code: 'throw new TypeError("at once")' },
  ];
  const after = sandbox.after(first);

  it('gives every program the end that it has when all is run from the beginning', async () => {
    const scripts = fc.constantFrom(
      'bump(); bump();',
      'seen.push("x".repeat(3000)); globalThis.more = seen.map((one) => [one, Math.random(), Date.now()]);',
      'globalThis.count = { valueOf: () => 7 };',
      'delete globalThis.bump; seen.length = 0;',
      'Object.prototype.leak = 1; Array.prototype.map = () => "gone";',
      'throw new Error("here")',
      'syntax error',
      'globalThis.deep = 0; const down = () => { deep++; down(); }; down();',
      'globalThis.turns = 0; for (;;) turns++;',
      'const all = []; for (;;) all.push({})',
      'globalThis.late = Promise.resolve().then(() => bump())',
    );
    const results = fc.constantFrom('[typeof bump, count, seen, globalThis.more]', 'bump()', 'late', '[Math.random(), Date.now(), {}.leak, globalThis.deep]');
    await fc.assert(
      fc.asyncProperty(fc.array(scripts, { maxLength: 3 }), results, async (codes, result) => {
        const rest = codes.map((code, index) => ({ name: `script ${index}`, code }));
        expect(await after.run(rest, result, short)).toEqual(await sandbox.run([...first, ...rest], result, short));
      }),
      { numRuns: 60 },
    );
  });

  it('counts their share of the deadline', async () => {
    const limits = { maxInterrupts: 8, memoryBytes: 16 * 1024 * 1024, stackBytes: 256 * 1024 };
    const ends = [];
    for (let turns = 0; turns <= 120_000; turns += 20_000) {
      const rest = [{ name: 'loop', code: `for (let turn = 0; turn < ${turns}; turn++);` }];
      const end = await after.run(rest, '1', limits);
      expect(end).toEqual(await sandbox.run([...first, ...rest], '1', limits));
      ends.push(end.kind);
    }
    expect(new Set(ends)).toEqual(new Set(['completed', 'stopped']));
  });

  it('ends as they do where they stop the program themselves', async () => {
    const endless = sandbox.after([{ name: 'endless', code: 'for (;;);' }]);
    expect(await endless.run([], '1')).toMatchObject({ kind: 'stopped', reason: 'deadline' });
    expect(await endless.run([], '1')).toEqual(await sandbox.run([{ name: 'endless', code: 'for (;;);' }], '1'));
  });

  it('keeps programs apart that wait for it at once, whichever of them break it', async () => {
    const codes = ['bump()', 'const all = []; for (;;) all.push([])', 'bump()', 'JSON.parse("[".repeat(1e6))', 'bump()'];
    const ends = await Promise.all(codes.map((code) => sandbox.after([...first, { name: 'own', code: '' }]).run([{ name: 'program', code }], 'count')));
    expect(ends.filter((end) => end.kind === 'completed' && end.value === 1)).toHaveLength(3);
  });

  it('holds any number of first scripts', async () => {
    for (let number = 0; number < 12; number++) {
      const own = sandbox.after([{ name: 'own', code: `const own = ${number}` }]).after([{ name: 'twice', code: 'const twice = 2 * own' }]);
      expect(await own.run([], 'twice')).toMatchObject({ value: 2 * number });
    }
  });
});
