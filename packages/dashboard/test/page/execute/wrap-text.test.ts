import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrapText } from '../../../src/page/execute/wrap-text.ts';

describe('text in a box', () => {
  it('is never wider or higher than the box', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 4 }), (text, length, most) => {
        const lines = wrapText(text, length, most);
        expect(lines.length).toBeLessThanOrEqual(most);
        for (const line of lines) expect([...line].length).toBeLessThanOrEqual(length);
      }),
    );
  });

  it('says with an ellipsis that there is more', () => {
    expect(wrapText('one two three four', 9, 1)).toEqual(['one two…']);
    expect(wrapText('one two', 9, 1)).toEqual(['one two']);
  });
});
