import { describe, expect, it } from 'vitest';
import { repeatTrial } from '../../src/experiment/repeat-trial.ts';
import type { Task } from '../../src/scenario/scenario.ts';
import { runTiny, scriptedWorld, tiny, tinyPlan, unevenScorer } from './tiny-experiment.ts';

const taskOf = (id: string): Task => tiny.tasks.find((task) => task.id === id) as Task;

describe('a trial that is executed again', () => {
  const failing = { small: { right: 0.6, costUsd: 0.001, latencyMs: 300, failing: 0.2 }, large: { right: 0.7, costUsd: 0.02, latencyMs: 1500, failing: 0.2 } };

  it('gives the answer that was scored, in every phase; none where it failed', async () => {
    const { trials } = await runTiny(tinyPlan({ heldoutRepeats: 2, generations: 1 }), { world: scriptedWorld(failing, { repeats: 'with-luck' }) });
    const world = scriptedWorld(failing, { repeats: 'with-luck' });
    let compared = 0;
    for (const record of trials) {
      const answer = await repeatTrial(record, taskOf(record.task), world);
      if (record.status === 'failed') expect(answer).toBeNull();
      else {
        expect(await unevenScorer.score(taskOf(record.task), answer as string, { strategy: 'direct' } as never)).toMatchObject({ score: record.quality });
        compared++;
      }
    }
    expect(new Set(trials.map(({ phase }) => phase))).toEqual(new Set(['train', 'validation', 'heldout']));
    expect([compared > 10, compared < trials.length]).toEqual([true, true]);
  });

  it('gives none where the world is another, or does not repeat itself', async () => {
    const { trials } = await runTiny(tinyPlan({ generations: 0 }), { world: scriptedWorld(undefined, { repeats: 'with-luck' }) });
    const [record] = trials.filter(({ status }) => status === 'completed');
    if (record === undefined) throw new Error('nothing was completed');
    const dearer = { small: { right: 1, costUsd: 0.5, latencyMs: 300 }, large: { right: 1, costUsd: 0.5, latencyMs: 1500 } };
    expect(await repeatTrial(record, taskOf(record.task), scriptedWorld(undefined, { repeats: 'with-luck' }))).not.toBeNull();
    expect(await repeatTrial(record, taskOf(record.task), scriptedWorld(dearer, { repeats: 'with-luck' }))).toBeNull();
    expect(await repeatTrial(record, taskOf(record.task), scriptedWorld())).toBeNull();
  });
});
