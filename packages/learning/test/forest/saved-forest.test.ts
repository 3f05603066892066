import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classificationForestOf } from '../../src/forest/grow-classification-forest.ts';
import { type ForestGround, growForest } from '../../src/forest/grow-forest.ts';
import { grownMultiOutputForest } from '../../src/forest/grow-multi-output-forest.ts';
import { regressionForestOf } from '../../src/forest/grow-regression-forest.ts';
import { loadForest, type SavedForest, saveForest } from '../../src/forest/saved-forest.ts';
import { SnapshotError } from '../../src/snapshot.ts';
import { outputTargets, stepAndSlope, uniformMatrix } from './forest-data.ts';

const matrix = uniformMatrix(1, 40, 3);
const value = stepAndSlope(matrix, 1);
const observations = Array.from(value, (one, row) => ({ row, output: row % 5, value: one, weight: 1 + (row % 2) / 2 }));
const grounds: Readonly<Record<ForestGround['kind'], ForestGround>> = {
  classification: { kind: 'classification', matrix, targets: { classes: 2, label: Int32Array.from(value, (one) => Number(one > 8)) } },
  regression: { kind: 'regression', matrix, targets: { value } },
  'multi-output': { kind: 'multi-output', matrix, targets: outputTargets(40, 5, observations) },
};
const kinds = Object.keys(grounds) as readonly ForestGround['kind'][];

function savedForest(kind: ForestGround['kind'], seed = 1): SavedForest {
  return saveForest(growForest(grounds[kind], { trees: 4, splitter: 'random', sampling: { kind: 'bootstrap' } }, seededRandom(seed)).parts);
}

function encoded(values: Int32Array | Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

function integers(text: string): Int32Array {
  return new Int32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
}

function floats(text: string): Float64Array {
  return new Float64Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
}

describe('a saved forest', () => {
  it.each(kinds)('predicts as before when it is loaded, and is saved to the same bytes (%s)', (kind) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const grown = growForest(grounds[kind], { trees: 4, sampling: { kind: 'bootstrap' } }, seededRandom(seed));
        const text = JSON.stringify(saveForest(grown.parts));
        const parts = loadForest(JSON.parse(text));
        expect(JSON.stringify(saveForest(parts))).toBe(text);
        const probe = uniformMatrix(seed, 20, 3);
        const prior = { mean: [0, 1, 2, 3, 4], weight: 1 };
        const predict = (these: typeof parts) =>
          these.kind === 'classification'
            ? classificationForestOf({ parts: these }).predictRows(probe)
            : these.kind === 'regression'
              ? regressionForestOf({ parts: these }).predictRows(probe)
              : grownMultiOutputForest({ parts: these, inBag: grown.inBag }).forest.predictRows(probe, prior);
        expect(predict(parts)).toEqual(predict(grown.parts));
      }),
      { numRuns: 30 },
    );
  });

  it('is refused where it is something else', () => {
    for (const other of [null, 7, 'text', {}, { ...savedForest('regression'), version: 2 }, { ...savedForest('regression'), more: 1 }]) {
      expect(() => loadForest(other)).toThrow(SnapshotError);
    }
    expect(() => loadForest({ ...savedForest('regression'), kind: 'classification' })).toThrow(SnapshotError);
    expect(() => loadForest({ ...savedForest('multi-output'), kind: 'regression' })).toThrow(SnapshotError);
  });

  it.each(kinds)('is refused where any of its arrays is cut off, or longer than it should be (%s)', (kind) => {
    const saved = savedForest(kind);
    const texts = Object.entries(saved).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && !['kind', 'format'].includes(entry[0]));
    expect(texts.length).toBeGreaterThan(4);
    for (const [name, text] of texts) {
      for (const damaged of [
        text.slice(0, -4),
        text.slice(0, -3),
        `${text.slice(0, 4)}*${text.slice(5)}`,
        text.slice(0, Math.floor(text.length / 2)),
        '',
        text + text,
      ]) {
        expect(() => loadForest({ ...saved, [name]: damaged })).toThrow(SnapshotError);
      }
    }
    for (const weights of [
      { ...saved.weights, present: saved.weights.present.slice(0, -4) },
      { ...saved.weights, numbers: { ...saved.weights.numbers, data: saved.weights.numbers.data.slice(0, -4) } },
    ]) {
      expect(() => loadForest({ ...saved, weights })).toThrow(SnapshotError);
    }
  });

  it('is refused where a number is none, or a weight or deviation is negative', () => {
    const saved = savedForest('multi-output') as Extract<SavedForest, { kind: 'multi-output' }>;
    const changed = (text: string, number: number) => {
      const values = floats(text);
      values[1] = number;
      return encoded(values);
    };
    for (const name of ['edges', 'importance', 'sum', 'deviation'] as const) {
      expect(() => loadForest({ ...saved, [name]: changed(saved[name], Number.NaN) })).toThrow(SnapshotError);
    }
    expect(() => loadForest({ ...saved, sum: changed(saved.sum, Number.POSITIVE_INFINITY) })).toThrow(SnapshotError);
    expect(() => loadForest({ ...saved, deviation: changed(saved.deviation, -1) })).toThrow(SnapshotError);
    expect(saved.weights.numbers.kind).toBe('floats');
    for (const weight of [-1, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const numbers = { kind: 'floats', data: changed(saved.weights.numbers.data, weight) };
      expect(() => loadForest({ ...saved, weights: { ...saved.weights, numbers } })).toThrow(SnapshotError);
    }
  });

  it('is refused, or ends every walk at a leaf, whatever a node is changed to', () => {
    const saved = savedForest('regression');
    const length = integers(saved.nodes).length;
    const roots = integers(saved.roots);
    const anyChange = fc.tuple(fc.nat(length - 1), fc.oneof(fc.integer({ min: -60, max: 2 * length }), fc.integer()));
    let refused = 0;
    fc.assert(
      fc.property(anyChange, ([at, to]) => {
        const nodes = integers(saved.nodes);
        const before = nodes[at];
        nodes[at] = to;
        try {
          const forest = regressionForestOf({ parts: loadForest({ ...saved, nodes: encoded(nodes) }) });
          for (const prediction of forest.predictRows(uniformMatrix(7, 30, 3))) expect(Number.isFinite(prediction)).toBe(true);
          // What passes is another cut of some feature.
          if (to !== before) expect(at % 2).toBe(1);
        } catch (error) {
          if (!(error instanceof SnapshotError)) throw error;
          refused++;
        }
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(200);
    for (const [at, to] of [
      [1, (roots[1] as number) + 1],
      [1, -1],
      [3, length],
      [0, 1],
    ] as const) {
      const moved = integers(saved.roots);
      moved[at] = to;
      expect(() => loadForest({ ...saved, roots: encoded(moved) })).toThrow(SnapshotError);
    }
  });
});
