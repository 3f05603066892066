import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupNodes } from '../../src/graph/group-nodes.ts';

describe('groupNodes', () => {
  test('puts every node that has a group into it, in ascending order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 5 }), { maxLength: 40 }), (groups) => {
        const found = groupNodes(Int32Array.from(groups), 6);
        const expected = Array.from({ length: 6 }, (_, group) => groups.flatMap((of, node) => (of === group ? [node] : [])));
        expect(found).toEqual(expected);
      }),
    );
  });
});
