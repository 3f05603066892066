import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toolMeaningCount, toolMeanings } from '../../src/learned/tool-meanings.ts';

const names = fc.array(fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('get_weather', 'sendEmail', 'math.factorial', 'x1')), { maxLength: 8 });
const texts = fc.oneof(fc.string({ maxLength: 100, unit: 'grapheme' }), fc.constantFrom('Will it rain in Paris?', 'Write to my boss', ''));

describe('toolMeanings', () => {
  it('are cosines, as many for any tools and any text, whatever the order of the tools', () => {
    fc.assert(
      fc.property(names, texts, (offered, text) => {
        const meanings = toolMeanings(offered, text);
        expect(meanings).toHaveLength(toolMeaningCount);
        for (const value of meanings) expect(Math.abs(value)).toBeLessThan(2 + 1e-5);
        const turned = toolMeanings(offered.toReversed(), text);
        for (const [at, value] of meanings.entries()) expect(turned[at]).toBeCloseTo(value, 10);
      }),
    );
  });

  it('see a tool that fits by its meaning, however its name is written, where no word is shared', () => {
    const text = 'Will it rain in Paris on Sunday?';
    for (const fitting of ['weather_forecast', 'getWeatherForecast', 'forecast.weather']) {
      const [whole = 0, , , , byWord = 0] = toolMeanings([fitting], text);
      const [otherWhole = 0, , , , otherByWord = 0] = toolMeanings(['calculate_mortgage'], text);
      expect(whole).toBeGreaterThan(otherWhole + 0.1);
      expect(byWord).toBeGreaterThan(otherByWord + 0.1);
    }
    const [nearest, mean, farthest, ahead] = toolMeanings(['weather_forecast', 'calculate_mortgage'], text) as unknown as [number, number, number, number];
    expect(nearest).toBeGreaterThan(mean);
    expect(mean).toBeGreaterThan(farthest);
    expect(ahead).toBeCloseTo(nearest - farthest, 10);
  });

  it('are zeros without tools or words, and 0 for a name of no known word', () => {
    expect([...toolMeanings([], 'Will it rain?')]).toEqual(new Array(toolMeaningCount).fill(0));
    expect([...toolMeanings(['get_weather'], 'жж')]).toEqual(new Array(toolMeaningCount).fill(0));
    expect([...toolMeanings(['qzxv'], 'Will it rain?')]).toEqual([0, 0, 0, 1, 0, 0, 0, 1]);
  });
});
