import { describe, expect, it } from 'vitest';
import { durationText, timeText } from '../../../src/page/elements/time-text.ts';

describe('times in words', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [59_400, '59 s'],
    [65_000, '1 min 5 s'],
    [3_723_000, '1 h 2 min'],
  ])('%d ms took %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('have the day only where it is another', () => {
    const at = new Date(2026, 3, 5, 10, 20, 30);
    expect(timeText(at.toISOString(), at.getTime() + 1000)).toMatch(/^10:20:30/);
    expect(timeText(at.toISOString(), at.getTime() + 48 * 3600_000)).toMatch(/2026.* 10:20:30/);
  });

  it('stay as they are where they are none', () => {
    expect(timeText('soon', 0)).toBe('soon');
  });
});
