import { describe, expect, it } from 'vitest';
import type { BankPart, Task } from '../../src/scenario/scenario.ts';
import type { CheckResult } from '../../src/scorers/javascript-check.ts';
import { loadJavaScriptSandbox } from '../../src/scorers/javascript-sandbox.ts';
import { partsScorer } from '../../src/scorers/parts-scorer.ts';
import type { SharedChecks } from '../../src/scorers/shared-checks.ts';

const sandbox = await loadJavaScriptSandbox();
const checks = "check('two', () => equal(twice(1), 2)); check('six', () => equal(twice(3), 6));";
const part: BankPart = {
  id: 'twice',
  family: 'arithmetic',
  difficulty: 0,
  needs: [],
  reads: [],
  language: 'javascript',
  symbol: 'twice',
  check: { kind: 'javascript', tests: checks },
  answers: [],
};
const task: Task = { id: 'task', family: 'arithmetic', text: 'Write twice.', group: 'task', asks: [{ partId: 'twice', words: 'Write twice.' }] };
const fenced = (code: string) => `\`\`\`js\n${code}\n\`\`\``;
const right = fenced('const twice = (x) => 2 * x;');
const half = fenced('const twice = (x) => x + 1;');

/** What one scorer tells, and what it hears from others. */
function exchange(heard: ReadonlyMap<string, CheckResult> = new Map()): SharedChecks & { readonly told: ReadonlyMap<string, CheckResult> } {
  const told = new Map<string, CheckResult>();
  return { get: (key) => heard.get(key), put: (key, result) => told.set(key, result), told };
}

const scorerWith = (shared: SharedChecks) => partsScorer(new Map([[part.id, part]]), { sandbox, prelude: '', shared });

describe('checks that threads share', () => {
  it('are told once each, and need no execution where they were heard', async () => {
    const first = exchange();
    const finder = scorerWith(first);
    expect((await finder.score(task, right)).score).toBe(1);
    expect((await finder.score(task, right)).score).toBe(1);
    expect((await finder.score(task, half)).score).toBe(0.5);
    expect([...first.told.values()].map(({ score }) => score)).toEqual([1, 0.5]);

    const second = exchange(first.told);
    const hearer = scorerWith(second);
    expect(await hearer.score(task, half)).toEqual(await finder.score(task, half));
    expect((await hearer.score(task, right)).score).toBe(1);
    expect(second.told.size).toBe(0);
  });

  it('are of the code as it stands: other code is executed', async () => {
    const first = exchange();
    await scorerWith(first).score(task, right);
    const second = exchange(new Map([...first.told.keys()].map((key) => [key, { score: 0.25, reasons: ['heard'] }])));
    const scorer = scorerWith(second);
    expect((await scorer.score(task, right)).reasons).toEqual(['twice: heard']);
    expect((await scorer.score(task, fenced('const twice = (x) => x + x;'))).score).toBe(1);
    expect(second.told.size).toBe(1);
  });
});
