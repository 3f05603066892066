import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitRequestKinds, kindFeatureCount, kindsOf, type RequestKinds, restoreKinds, savedKindsSchema, saveKinds } from '../../src/learned/request-kinds.ts';
import { SnapshotError } from '../../src/snapshot.ts';
import { analysisWith } from '../analysis-fixture.ts';

const prose = (seed: number) => textOf(seed, ['tell', 'me', 'about', 'the', 'history', 'of', 'rivers', 'and', 'their', 'towns'], ' ', 40);
const code = (seed: number) => textOf(seed, ['`a(x)`', '{ k: 1 };', '`Map`', 'x = [1, 2];', '"s"', '\n```\nf(1);\n```\n'], ' ', 12);
const requests = Array.from({ length: 80 }, (_, index) => analysisWith({ text: index % 2 === 0 ? prose(index) : code(index) }));

describe('fitRequestKinds', () => {
  it('sorts each request into one cell of each run', () => {
    const kinds = fitted();
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'grapheme' }), (text) => {
        const cells = kindsOf(analysisWith({ text }), kinds);
        expect(cells).toHaveLength(kinds.centres.length);
        expect(new Set(cells).size).toBe(cells.length);
        for (const cell of cells) {
          expect(cell).toBeGreaterThanOrEqual(0);
          expect(cell).toBeLessThan(kindFeatureCount);
        }
      }),
    );
  });

  it('tells requests apart that look different, without any label', () => {
    const kinds = fitted();
    const cellsOf = (write: (seed: number) => string) =>
      new Set(Array.from({ length: 40 }, (_, index) => kindsOf(analysisWith({ text: write(1000 + index) }), kinds)).flat());
    const [ofProse, ofCode] = [cellsOf(prose), cellsOf(code)];
    expect([...ofProse].filter((cell) => ofCode.has(cell))).toEqual([]);
  });

  it('goes by the text alone, and gives the same kinds for the same texts', () => {
    const kinds = fitted();
    expect(saveKinds(fitted())).toEqual(saveKinds(kinds));
    const text = prose(5);
    expect(kindsOf(analysisWith({ text, chunks: 9, score: 1, requestId: 'other' }), kinds)).toEqual(kindsOf(analysisWith({ text }), kinds));
  });

  it('knows no kinds of too few requests, however often they came', () => {
    expect(fitRequestKinds([])).toBeNull();
    expect(fitRequestKinds(Array.from({ length: 500 }, (_, index) => requests[index % 5] as (typeof requests)[number]))).toBeNull();
  });

  it('copes with requests that all look alike', () => {
    const alike = fitRequestKinds(
      Array.from({ length: 60 }, (_, index) =>
        analysisWith({ text: `word ${String.fromCharCode(97 + (index % 26))}${String.fromCharCode(97 + Math.floor(index / 26))}` }),
      ),
    );
    expect(alike).not.toBeNull();
    if (alike !== null) expect(kindsOf(analysisWith({ text: 'anything else, at last' }), alike)).toHaveLength(alike.centres.length);
  });
});

describe('saveKinds and restoreKinds', () => {
  it('give back kinds that sort alike', () => {
    const kinds = fitted();
    const restored = restoreKinds(savedKindsSchema.parse(JSON.parse(JSON.stringify(saveKinds(kinds))))) as RequestKinds;
    expect(saveKinds(restored)).toEqual(saveKinds(kinds));
    for (const request of requests) expect(kindsOf(request, restored)).toEqual(kindsOf(request, kinds));
    expect(restoreKinds(saveKinds(null))).toBeNull();
  });

  it('refuse parts that do not fit together', () => {
    const saved = saveKinds(fitted()) as NonNullable<ReturnType<typeof saveKinds>>;
    // 8 numbers are 64 bytes: whatever the number of features, one number fewer is no whole vector of them.
    const short = Buffer.from(saved.mean, 'base64').subarray(8).toString('base64');
    expect(() => restoreKinds({ ...saved, mean: short })).toThrow(SnapshotError);
    expect(() => restoreKinds({ ...saved, centres: saved.centres.map((cells) => cells.map(() => short)) })).toThrow(/train again/);
    expect(() => restoreKinds({ ...saved, deviation: saved.deviation.slice(0, -4) })).toThrow(SnapshotError);
  });
});

function fitted(): RequestKinds {
  return fitRequestKinds(requests) as RequestKinds;
}

/** Pieces in an order drawn by the seed. */
function textOf(seed: number, pieces: readonly string[], separator: string, count: number): string {
  const draw = seededRandom('text', seed).stream();
  return Array.from({ length: count }, () => pieces[Math.floor(draw() * pieces.length)]).join(separator);
}
