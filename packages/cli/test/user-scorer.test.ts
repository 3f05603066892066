import { join } from 'node:path';
import { summarySchema } from '@ratchet/harness';
import { describe, expect, it } from 'vitest';
import { filesOf, newFolder, newPlace, onlyRun } from './ratchet.ts';

const tasks = ['alpha', 'beta', 'gamma', 'delta', 'throws', 'loops', 'promises'];
const scenario = `name: mine
title: My own scorer
description: Scores are those of scorer.mjs
scorer: { kind: module, path: scorer.mjs, timeoutMs: 300 }
simulation:
  models:
    - { id: small, pricedAs: gpt-4o-mini-2024-07-18, skill: { x: 1 }, firstTokenMs: 10, tokensPerSecond: 100, source: invented }
  world: { source: invented }
arms:
  - { strategy: direct, model: small }
baseline: random
utility: { cost: 0.1, latency: 0.1 }
`;
const scorer = `export default ({ task, answer }) => {
  if (task.id === 'throws') throw new Error('this task is too hard to score');
  if (task.id === 'promises') return Promise.resolve({ score: 2 });
  if (task.id === 'loops') for (;;);
  return answer.length > 0 ? 0.75 : 0;
};
`;
const experiment = (most: number) => `name: mine
scenario: ./mine
policies: [random]
generations: 0
seeds: 1
split: { train: 0, validation: 0, heldout: 1 }
heldoutRepeats: 1
profileRepeats: 1
gate: [{ kind: errors, most: ${most} }]
`;
const folder = newFolder({
  'mine/scenario.yaml': scenario,
  'mine/scorer.mjs': scorer,
  'mine/tasks/tasks.yaml': `tasks:\n${tasks.map((id) => `  - { id: ${id}, request: Say ${id} }\n`).join('')}`,
  'strict.yaml': experiment(0),
  'lenient.yaml': experiment(3),
});

describe('a scorer of the user that throws, or loops for ever', () => {
  it('leaves those trials without a score, keeps all others, and ends with exit code 3', async () => {
    const place = newPlace();
    const { code, stdout, stderr } = await place.run(['experiment', 'strict.yaml', '--json', '--quiet'], { cwd: folder });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^0 trials have no answer, 3 no score: `pnpm ratchet traces \S+` shows which, and why\.\n$/);
    const summary = summarySchema.parse(JSON.parse(stdout));
    expect(summary).toMatchObject({ complete: true, trials: { total: 7, completed: 4, failed: 0, unscored: 3 }, gate: { passed: false } });
    expect(summary.policies['random']?.heldout.quality).toEqual({ mean: 0.75, low: 0.75, high: 0.75 });
    const records = (filesOf(onlyRun(place, 'mine'))['trials.jsonl'] ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const errors = Object.fromEntries(records.flatMap(({ task, status, quality, error }) => (status === 'unscored' ? [[task, { quality, error }]] : [])));
    expect(errors).toEqual({
      throws: { quality: null, error: expect.stringMatching(/scorer\.mjs .*this task is too hard to score/) },
      loops: { quality: null, error: expect.stringMatching(/scorer\.mjs gave no score within 300 ms and was stopped/) },
      promises: { quality: null, error: expect.stringMatching(/scorer\.mjs .*2/) },
    });
    expect(summary.warnings.join('\n')).toContain('3 trials have no score');
  });

  it('ends with exit code 0 where the experiment allows that many errors', async () => {
    const { code, stdout } = await newPlace().call(['experiment', join(folder, 'lenient.yaml'), '--quiet']);
    expect(code).toBe(0);
    expect(stdout).toContain('3 unscored');
  });
});
