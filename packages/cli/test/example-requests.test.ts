import { describe, expect, it } from 'vitest';
import { exampleRequests } from '../src/example-requests.ts';

const tasks = (...texts: readonly string[]) => texts.map((text) => ({ text }));

describe('requests to begin with', () => {
  it('are the shortest, and the shortest of several parts', () => {
    const several = 'Read the file. Then sort its lines. Then count them. Then print the count.';
    const examples = exampleRequests(tasks('Write a function that adds two long numbers of any base.', several, 'Add 2 and 3.'));
    expect(examples[0]).toBe('Add 2 and 3.');
    expect(examples).toContain(several);
    expect(new Set(examples).size).toBe(examples.length);
  });

  it('are fewer where there are no others, and none without tasks', () => {
    expect(exampleRequests(tasks('Add 2 and 3.'))).toEqual(['Add 2 and 3.']);
    expect(exampleRequests([])).toEqual([]);
  });
});
