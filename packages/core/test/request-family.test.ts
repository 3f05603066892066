import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analysis/analyze.ts';
import { requestFamily } from '../src/request-family.ts';

describe('the family of a request', () => {
  it.each([
    ['single', 'Write a function that reverses a string.'],
    ['list', '1. Write a poem about rivers.\n2. Name the capital of France.\n3. List four metals.'],
    ['ordered', 'First read the report. Then summarise it in one paragraph. Finally translate the summary into French.'],
    ['cyclic', 'Fix the code until all tests pass.'],
  ])('is %s', (family, text) => {
    expect(requestFamily(analyze({ id: 'a', text }))).toBe(family);
  });
});
