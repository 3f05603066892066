import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import { condense } from '../../src/graph/condensation.ts';
import { dependencyGraph } from '../../src/graph/dependency-graph.ts';

const of = (text: string) => analyze({ id: 'request', text });
const loops = (text: string) => of(text).edges.flatMap(({ from, to, reason }) => (reason === 'until' && from >= to ? [`${from} -> ${to}`] : []));

describe('findLoops', () => {
  test('keeps what is to be repeated as a cycle of the chunk with itself', () => {
    expect(loops('Refine the summary until it is under 100 words.')).toEqual(['0 -> 0']);
    expect(loops('Shorten the letter till it fits on a page.')).toEqual(['0 -> 0']);
  });

  test('leads back to the chunk whose result the condition speaks of', () => {
    const { edges, chunks, structure } = of('Write a function that parses dates. Run the tests. Then fix the code until the tests pass.');
    expect(chunks).toHaveLength(3);
    expect(edges).toContainEqual(expect.objectContaining({ from: 2, to: 1, reason: 'until' }));
    expect(edges.some(({ from, to }) => from === 1 && to === 2)).toBe(true);
    expect(condense(dependencyGraph(chunks.length, edges)).components.map((nodes) => [...nodes])).toContainEqual([1, 2]);
    expect(structure.depth).toBeLessThan(3);
  });

  test('finds a loop that is asked for at the end of a request which specifies code', () => {
    const asked = 'Write a function `next(day)`. It skips closed days until it finds an open one.';
    expect(loops(`${asked} Improve it until all tests pass.`)).toEqual(['0 -> 0']);
    expect(loops(`${asked} Review your code and correct it until everything is right.`)).toEqual(['0 -> 0']);
    expect(loops(`${asked} Shift the \`day\` until it is open.`)).toEqual([]);
    expect(loops(`${asked} Shift it until it is open. Return null after a year.`)).toEqual([]);
  });

  test('takes no date for a condition, and nothing for a loop that only specifies code', () => {
    expect(loops('Book a room from Monday until Friday.')).toEqual([]);
    expect(loops('Rent the car until 9 PM and return it.')).toEqual([]);
    expect(loops('Write `next(day)`. It skips closed days until it finds an open one. Take rows until they are full.')).toEqual([]);
  });
});
