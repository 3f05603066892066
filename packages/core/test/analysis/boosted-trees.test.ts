import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BoostedTrees, treeModel, treeModelGiven } from '../../src/analysis/boosted-trees.ts';

/** One tree on "a", and one on "b" and "a". */
const trees = {
  features: ['b', 'a'],
  base: 0.5,
  roots: [0, 3],
  feature: [1, -1, -1, 0, -1, 1, -1, -1],
  value: [0, -1, 1, 2, 0.25, 5, -2, 4],
  right: [2, 0, 0, 5, 0, 7, 0, 0],
};
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

describe('treeModel', () => {
  const model = treeModel(trees, ['a', 'unused', 'b']);

  test.each([
    [[0, 9, 2], 0.5 - 1 + 0.25],
    [[1, 9, 2], 0.5 + 1 + 0.25],
    [[5, 9, 3], 0.5 + 1 - 2],
    [[6, 9, 3], 0.5 + 1 + 4],
  ])('adds up the leaves that %j falls into', (vector, sum) => {
    expect(model(Float64Array.from(vector))).toBeCloseTo(logistic(sum), 12);
  });

  test('refuses trees that ask for a feature which is not computed', () => {
    expect(() => treeModel(trees, ['a', 'c'])).toThrow(/"b"/);
  });
});

/** A random tree of at most 32 leaves on three features with few different cuts, in preorder. */
interface Node {
  readonly feature: number;
  readonly value: number;
  readonly sides: readonly [Node, Node] | null;
}
const names = ['a', 'b', 'c'];
const half = fc.integer({ min: -6, max: 6 }).map((value) => value / 2);
const { tree } = fc.letrec<{ tree: Node; split: Node; leaf: Node }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small', maxDepth: 5 }, tie('leaf'), tie('split')),
  split: fc.record({ feature: fc.nat(2), value: half, sides: fc.tuple(tie('tree'), tie('tree')) }),
  leaf: fc.record({ feature: fc.constant(-1), value: half, sides: fc.constant(null) }),
}));

function treesOf(nodes: readonly Node[]): BoostedTrees {
  const feature: number[] = [];
  const value: number[] = [];
  const right: number[] = [];
  const put = (node: Node): number => {
    const at = feature.push(node.feature) - 1;
    value.push(node.value);
    right.push(0);
    if (node.sides !== null) {
      put(node.sides[0]);
      right[at] = put(node.sides[1]);
    }
    return at;
  };
  return { features: names, base: 0.25, roots: nodes.map(put), feature, value, right };
}

const leafOf = (node: Node, vector: readonly number[]): number =>
  node.sides === null ? node.value : leafOf(node.sides[(vector[node.feature] as number) <= node.value ? 0 : 1], vector);
const vector = fc.tuple(half, half, half);

describe('any trees', () => {
  test('come to the sum of the leaves that a walk from each root comes to', () => {
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 5 }), vector, (nodes, point) => {
        const sum = nodes.reduce((total, node) => total + leafOf(node, point), 0.25);
        expect(treeModel(treesOf(nodes), names)(Float64Array.from(point))).toBe(logistic(sum));
      }),
    );
  });

  test('come to the same where what does not change was read before', () => {
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 5 }), fc.array(vector, { minLength: 1, maxLength: 4 }), fc.subarray(names), (nodes, points, changing) => {
        const own = treesOf(nodes);
        const whole = treeModel(own, names);
        const first = points[0] as readonly number[];
        const model = treeModelGiven(own, names, changing)(Float64Array.from(first));
        for (const point of points) {
          const next = Float64Array.from(names, (name, at) => (changing.includes(name) ? point : first)[at] as number);
          expect(model(next)).toBe(whole(next));
        }
      }),
    );
  });

  test('are refused with more leaves than a word has bits', () => {
    const leaf: Node = { feature: -1, value: 1, sides: null };
    const chain = (splits: number): Node => (splits === 0 ? leaf : { feature: 0, value: splits, sides: [leaf, chain(splits - 1)] });
    expect(treeModel(treesOf([chain(31)]), names)(new Float64Array(3))).toBe(logistic(1.25));
    expect(() => treeModel(treesOf([chain(32)]), names)).toThrow(/33 leaves/);
  });
});
