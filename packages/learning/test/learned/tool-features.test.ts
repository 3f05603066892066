import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toolFeatureCount, toolFeatures } from '../../src/learned/tool-features.ts';

const tools = fc.record({ names: fc.array(fc.string({ maxLength: 30 }), { maxLength: 8 }), parameters: fc.nat(200), schemaCharacters: fc.nat(100_000) });
const text = 'Get the weather forecast for Paris and book a table.';
const words = ['get', 'the', 'weather', 'forecast', 'for', 'paris', 'and', 'book', 'table'];

describe('toolFeatures', () => {
  it('gives finite numbers, as many for any tools', () => {
    fc.assert(
      fc.property(tools, fc.array(fc.string({ maxLength: 12 }), { maxLength: 20 }), (offered, of) => {
        const features = toolFeatures(offered, of.join(' '), of);
        expect(features).toHaveLength(toolFeatureCount);
        expect(features.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  it('gives zeros where none are offered', () => {
    for (const none of [undefined, { names: [], parameters: 0, schemaCharacters: 0 }])
      expect([...toolFeatures(none, text, words)]).toEqual(new Array(toolFeatureCount).fill(0));
  });

  it('sees whether words of the request meet the names of its tools, however they are written', () => {
    const met = (name: string) => toolFeatures({ names: [name], parameters: 2, schemaCharacters: 90 }, text, words)[7] as number;
    expect(met('weather_forecast')).toBe(1);
    expect(met('getWeatherForecast')).toBe(1);
    expect(met('weather.stocks')).toBe(0.5);
    expect(met('stock_price')).toBe(0);
  });
});
