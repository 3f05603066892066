import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlace, placeLink, tabs } from '../../../src/page/navigation/place.ts';

describe('a place of the page', () => {
  it('is the same after its link was followed, whatever stands in it', () => {
    const name = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' });
    const place = fc.record({
      tab: fc.constantFrom(...tabs),
      path: fc.array(name, { maxLength: 3 }),
      query: fc.dictionary(
        name.filter((one) => one !== '__proto__'),
        name,
        { maxKeys: 4, noNullPrototype: true },
      ),
    });
    fc.assert(
      fc.property(place, (one) => {
        expect(parsePlace(placeLink(one))).toEqual(one);
      }),
    );
  });

  it.each(['', '#', '#/', '#/nothing/of/this', '#results', '#/%zz'])('is the first tab for "%s"', (fragment) => {
    expect(parsePlace(fragment)).toEqual({ tab: 'execute', path: [], query: {} });
  });

  it('leaves settings out that are empty', () => {
    expect(placeLink({ tab: 'learning', path: [], query: { run: '', generation: '3' } })).toBe('#/learning?generation=3');
  });
});
