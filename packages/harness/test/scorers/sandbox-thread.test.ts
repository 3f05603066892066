import { afterAll, describe, expect, it } from 'vitest';
import { deterministicEnvironment } from '../../src/scorers/check-runtime.ts';
import { defaultSandboxLimits, loadJavaScriptSandbox } from '../../src/scorers/javascript-sandbox.ts';
import { sandboxThread } from '../../src/scorers/sandbox-thread.ts';
import { ScorerError } from '../../src/scorers/scorer-error.ts';

const first = [{ name: 'environment', code: deterministicEnvironment }];
const codes = ['', 'throw new Error("here")', 'syntax error', 'for (;;);', 'const all = []; for (;;) all.push({})', 'globalThis.more = [1, null, "\u2028"]'];
const rest = (code: string) => [{ name: 'program', code }];
const result = '[Math.random(), globalThis.more]';
/** A tenth of the usual deadline, for programs that come to it. */
const short = { ...defaultSandboxLimits, maxInterrupts: defaultSandboxLimits.maxInterrupts / 10 };

describe('the sandbox in its own thread', () => {
  const thread = sandboxThread();
  afterAll(() => thread.close());

  it('gives every program the end that it has in this thread, whatever else waits for it', async () => {
    const sandbox = await loadJavaScriptSandbox();
    const both = [...codes, ...codes.toReversed()];
    expect(await Promise.all(both.map((code) => thread.after(first).run(rest(code), result, short)))).toEqual(
      await Promise.all(both.map((code) => sandbox.after(first).run(rest(code), result, short))),
    );
    expect(await thread.run(rest('var a = 2'), 'a + 1')).toEqual(await sandbox.run(rest('var a = 2'), 'a + 1'));
  });

  it('keeps to the limits that it is given', async () => {
    const limits = { maxInterrupts: 2, memoryBytes: 16 * 1024 * 1024, stackBytes: 256 * 1024 };
    const loop = rest('for (let turn = 0; turn < 60000; turn++);');
    expect(await thread.run(loop, '1', limits)).toMatchObject({ kind: 'stopped', reason: 'deadline' });
    expect(await thread.run(loop, '1')).toMatchObject({ kind: 'completed', value: 1 });
  });

  it('fails what is awaited when it is closed, and what is asked for later', async () => {
    const closed = sandboxThread();
    const running = closed.run(rest('for (;;);'), '1');
    closed.close();
    await expect(running).rejects.toThrow(ScorerError);
    await expect(closed.run([], '1')).rejects.toThrow('closed');
  });
});
