import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costUsd, type Price, type PriceTable, priceSchema, priceTableSchema } from '../src/price.ts';
import { listPrices, priceOf, UnknownPriceError } from '../src/price-table.ts';

const own: Price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2, asOf: '2025-01-31', source: 'our contract' };

describe('listPrices', () => {
  test('every price has a day on which it held and a source, and is none of nothing', () => {
    expect(priceTableSchema.parse(listPrices)).toEqual(listPrices);
    expect(Object.keys(listPrices).length).toBeGreaterThan(0);
    for (const { inputUsdPerMTok, outputUsdPerMTok, asOf } of Object.values(listPrices)) {
      expect(inputUsdPerMTok).toBeGreaterThan(0);
      expect(outputUsdPerMTok).toBeGreaterThanOrEqual(inputUsdPerMTok);
      expect(new Date(asOf).toISOString().slice(0, 10)).toBe(asOf);
    }
  });
});

describe('priceSchema', () => {
  test('takes a price of nothing, for models that run at home', () => {
    expect(priceSchema.safeParse({ ...own, inputUsdPerMTok: 0, outputUsdPerMTok: 0 }).success).toBe(true);
  });

  test.each<[string, Record<string, unknown>]>([
    ['without a day', { ...own, asOf: undefined }],
    ['with a day that does not exist', { ...own, asOf: '2025-02-30' }],
    ['with a day in words', { ...own, asOf: 'July 2025' }],
    ['without a source', { ...own, source: '' }],
    ['below nothing', { ...own, inputUsdPerMTok: -1 }],
    ['with a key that nobody knows', { ...own, cachedInput: 0.1 }],
  ])('refuses a price %s', (_what, price) => {
    expect(priceSchema.safeParse(price).success).toBe(false);
  });
});

describe('priceOf', () => {
  test('finds the list price of a model where no other table is given', () => {
    for (const [model, price] of Object.entries(listPrices)) expect(priceOf(model)).toBe(price);
  });

  test("takes a user's own price before the list's, and the list's for the rest", () => {
    const [replaced, kept] = Object.keys(listPrices) as [string, string];
    const prices: PriceTable = { ...listPrices, [replaced]: own, 'our-model': own };
    expect(priceOf(replaced, prices)).toBe(own);
    expect(priceOf('our-model', prices)).toBe(own);
    expect(priceOf(kept, prices)).toBe(listPrices[kept]);
  });

  test('refuses a model without a price with an error that names it and all that have one', () => {
    const prices: PriceTable = { beta: own, alpha: own };
    const find = () => priceOf('gamma', prices);
    expect(find).toThrow(UnknownPriceError);
    expect(find).toThrow(/"gamma".*alpha, beta$/);
    expect(find).toThrow(expect.objectContaining({ kind: 'unknown-price' }));
  });

  test('knows no price but those of the table, whatever the model is called', () => {
    const anyName = fc.oneof(fc.string(), fc.constantFrom('constructor', 'toString', '__proto__', 'hasOwnProperty'));
    fc.assert(
      fc.property(anyName, (name) => {
        fc.pre(!Object.hasOwn(listPrices, name));
        expect(() => priceOf(name)).toThrow(UnknownPriceError);
      }),
    );
  });
});

describe('costUsd', () => {
  test('is tokens times price a million, for input and output each', () => {
    const price = { ...own, inputUsdPerMTok: 2.5, outputUsdPerMTok: 10 };
    expect(costUsd({ inputTokens: 1_000_000, outputTokens: 0 }, price)).toBe(2.5);
    expect(costUsd({ inputTokens: 0, outputTokens: 1_000_000 }, price)).toBe(10);
    expect(costUsd({ inputTokens: 1200, outputTokens: 300 }, price)).toBeCloseTo(0.006, 12);
  });

  test('of two calls is the sum of their costs', () => {
    const tokens = fc.nat({ max: 1_000_000 });
    const usage = fc.record({ inputTokens: tokens, outputTokens: tokens });
    const price = fc.record({ inputUsdPerMTok: fc.double({ min: 0, max: 100, noNaN: true }), outputUsdPerMTok: fc.double({ min: 0, max: 100, noNaN: true }) });
    fc.assert(
      fc.property(usage, usage, price, (a, b, perMTok) => {
        const both = { inputTokens: a.inputTokens + b.inputTokens, outputTokens: a.outputTokens + b.outputTokens };
        const given = { ...own, ...perMTok };
        expect(costUsd(both, given)).toBeCloseTo(costUsd(a, given) + costUsd(b, given), 9);
      }),
    );
  });
});
