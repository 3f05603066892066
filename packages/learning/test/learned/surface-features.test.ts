import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { surfaceFeatureCount, surfaceFeatures } from '../../src/learned/surface-features.ts';

const texts = fc.oneof(
  fc.string({ maxLength: 300, unit: 'grapheme' }),
  fc.array(fc.constantFrom('`f(x)`', '```', '12', '\n', '?', 'Word', '{', '$', '"'), { maxLength: 60 }).map((pieces) => pieces.join(' ')),
);

describe('surfaceFeatures', () => {
  it('gives the same finite numbers for the same text, as many for every text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const features = surfaceFeatures({ text });
        expect(features).toHaveLength(surfaceFeatureCount);
        expect([...features].every(Number.isFinite)).toBe(true);
        expect(surfaceFeatures({ text })).toEqual(features);
      }),
    );
  });

  it('looks at marks, not at words', () => {
    const one = surfaceFeatures({ text: 'Write `parse(text)` for 12 rows, please?' });
    expect(surfaceFeatures({ text: 'Brush `carve(wood)` for 34 days, always?' })).toEqual(one);
    expect(surfaceFeatures({ text: 'Write parse(text) for 12 rows, please?' })).not.toEqual(one);
    expect(surfaceFeatures({ text: 'Write `parse(text)` for 12 rows, please.' })).not.toEqual(one);
  });

  it('takes the same view of a text however long, but for its length', () => {
    const long = 'word `f(x)` '.repeat(1000);
    const before = surfaceFeatures({ text: long });
    const after = surfaceFeatures({ text: `${long} and "more" {}`.repeat(5) });
    expect([...before.keys()].filter((index) => before[index] !== after[index])).toHaveLength(1);
  });
});
