import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSnapshot, parseSnapshot, SnapshotError } from '../src/snapshot.ts';

const content = {
  policy: 'learned',
  scenario: 'code-gen',
  generation: 3,
  arms: ['direct/mini', 'direct/large'],
  state: { pulls: [1, 2], nested: { z: null, a: 'text' } },
};
const json = JSON.stringify(makeSnapshot(content));

describe('parseSnapshot', () => {
  it('gives back what was made, whatever the state', () => {
    // Parsers of JSON do not agree on a key of this name, and no state has it.
    const state = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('__proto__'));
    fc.assert(
      fc.property(state, fc.nat(1000), fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 }), (learned, generation, arms) => {
        const written = JSON.stringify(makeSnapshot({ ...content, generation, arms, state: learned as never }));
        const read = parseSnapshot(written, 'here');
        expect(JSON.stringify(read)).toBe(written);
        expect(read).toMatchObject({ format: 'ratchet-snapshot', version: 1, policy: 'learned', scenario: 'code-gen', generation, arms });
        expect(JSON.stringify(read.state)).toBe(JSON.stringify(learned));
      }),
    );
  });

  it('gives back what was made in whatever order its parts were named, indented or not', () => {
    const { policy, scenario, generation, arms, state } = content;
    const snapshot = makeSnapshot({ state, arms, generation, scenario, policy });
    expect(snapshot.sha256).toBe(makeSnapshot(content).sha256);
    expect(parseSnapshot(JSON.stringify(snapshot, null, 2), 'here')).toEqual(snapshot);
  });

  it('refuses a file that was cut off, wherever', () => {
    fc.assert(
      fc.property(fc.nat(json.length - 1), (length) => {
        const read = () => parseSnapshot(json.slice(0, length), 'generation-3.json');
        expect(read).toThrow(SnapshotError);
        expect(read).toThrow(/generation-3\.json.*cut off.*(train again|another generation)/i);
      }),
    );
  });

  it('refuses a file in which any character was changed', () => {
    fc.assert(
      fc.property(fc.nat(json.length - 1), fc.constantFrom('0', '7', 'x', '"', ' ', '}'), (position, character) => {
        fc.pre(json[position] !== character);
        const changed = json.slice(0, position) + character + json.slice(position + 1);
        // White space between the parts of a document is the one change that says nothing.
        fc.pre(!sameDocument(changed));
        expect(() => parseSnapshot(changed, 'here')).toThrow(SnapshotError);
        expect(() => parseSnapshot(changed, 'here')).toThrow(/train again/i);
      }),
      { numRuns: 500 },
    );
  });

  it('says that the hash does not agree where a number of the state was changed', () => {
    const changed = json.replace('"pulls":[1,2]', '"pulls":[1,3]');
    expect(changed).not.toBe(json);
    expect(() => parseSnapshot(changed, 'here')).toThrow(/here is damaged.*hash.*train again/i);
  });

  it('refuses another format, another version and unknown parts, and names them', () => {
    const snapshot = makeSnapshot(content);
    const read = (data: unknown) => () => parseSnapshot(JSON.stringify(data), 'here');
    expect(read({ ...snapshot, format: 'other-snapshot' })).toThrow(/format.*train again/i);
    expect(read({ ...snapshot, version: 2 })).toThrow(/version.*train again/i);
    expect(read({ ...snapshot, extra: 1 })).toThrow(/extra.*train again/i);
    expect(read({ ...snapshot, arms: [] })).toThrow(/arms.*train again/i);
    expect(read([])).toThrow(SnapshotError);
    expect(read(null)).toThrow(SnapshotError);
  });

  it('throws errors of a kind that code can tell', () => {
    expect(() => parseSnapshot('', 'here')).toThrow(expect.objectContaining({ kind: 'invalid-snapshot' }));
  });
});

function sameDocument(changed: string): boolean {
  try {
    return JSON.stringify(JSON.parse(changed)) === json;
  } catch {
    return false;
  }
}
