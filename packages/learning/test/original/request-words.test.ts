import { strategyNames } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cueStrategy, wordFeatures } from '../../src/original/request-words.ts';
import { analysisWith } from '../analysis-fixture.ts';

const featuresOf = (text: string) => wordFeatures(analysisWith({ text }));
const strategyOf = (text: string) => cueStrategy(analysisWith({ text }));

describe('wordFeatures', () => {
  it('counts what the plan counts, in its order', () => {
    const text = 'Write a parser, a lexer and a printer.\n1. Then test them?';
    expect(featuresOf(text)).toEqual([57, 10, 1, 1, 1, 0, 0, 2, 1, 1]);
    expect(featuresOf('MULTIPLE comprehensive answers')).toEqual([30, 2, 0, 0, 0, 1, 1, 1, 0, 0]);
  });

  it('gives ten finite numbers for any text, the length first and the lines eighth', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const features = featuresOf(text);
        expect(features).toHaveLength(10);
        expect(features.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
        expect(features[0]).toBe(text.length);
        expect(features[7]).toBe(text.split('\n').length);
      }),
    );
  });
});

describe('cueStrategy', () => {
  it('takes the strategy whose words the text has most of', () => {
    expect(strategyOf('A simple, basic question')).toBe('direct');
    expect(strategyOf('Make a list of multiple items')).toBe('batch');
    expect(strategyOf('First this, then that')).toBe('orchestrate');
    expect(strategyOf('A comprehensive and complex report, simple to read')).toBe('collaborate');
  });

  it('answers directly where no word or as many words speak for another strategy', () => {
    expect(strategyOf('')).toBe('direct');
    expect(strategyOf('Tell me about Peru')).toBe('direct');
    expect(strategyOf('A simple list')).toBe('direct');
  });

  it('goes by words in any case, and always names a strategy', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(strategyNames).toContain(strategyOf(text));
        expect(strategyOf(`${text} PARALLEL LIST of MULTIPLE`)).toBe(strategyOf(`${text} parallel list of multiple`));
      }),
    );
  });
});
