import { seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { ForestError } from '../../src/forest/forest-error.ts';
import { type ForestGround, growForest } from '../../src/forest/grow-forest.ts';
import { growInWorker } from '../../src/forest/grow-in-worker.ts';
import { outputTargets, stepAndSlope, uniformMatrix } from './forest-data.ts';

const matrix = uniformMatrix(1, 80, 4);
const value = stepAndSlope(matrix, 1);
const grounds: readonly ForestGround[] = [
  { kind: 'regression', matrix, targets: { value } },
  { kind: 'classification', matrix, targets: { classes: 2, label: Int32Array.from(value, (one) => Number(one > 8)) } },
  {
    kind: 'multi-output',
    matrix,
    targets: outputTargets(
      80,
      3,
      Array.from(value, (one, row) => ({ row, output: row % 3, value: one })),
    ),
  },
];
const options = { trees: 20, splitter: 'random', sampling: { kind: 'bootstrap' }, featureShare: 0.5 } as const;

describe('growInWorker', () => {
  it.each(grounds)('grows the forest that is grown without a thread, to the byte ($kind)', async (ground) => {
    const grown = await growInWorker({ ground, options, seed: ['forest', 3] });
    expect(grown).toEqual(growForest(ground, options, seededRandom('forest', 3)));
  });

  it('rejects with the error that the data deserve', async () => {
    const ground = { kind: 'regression', matrix, targets: { value: value.map(() => Number.NaN) } } as const;
    const error = await growInWorker({ ground, options, seed: [1] }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ForestError);
    expect(error).toMatchObject({ kind: 'invalid-data', message: expect.stringMatching(/target 0 is NaN/) });
  });

  it('stops when it is told to', async () => {
    const large = uniformMatrix(2, 3000, 20);
    const ground = { kind: 'regression', matrix: large, targets: { value: stepAndSlope(large, 2) } } as const;
    const controller = new AbortController();
    const growing = growInWorker({ ground, options: { trees: 2000 }, seed: [1] }, { signal: controller.signal });
    controller.abort(new Error('no longer needed'));
    await expect(growing).rejects.toThrow('no longer needed');
    await expect(growInWorker({ ground, options: { trees: 2000 }, seed: [1] }, { signal: controller.signal })).rejects.toThrow('no longer needed');
  });
});
