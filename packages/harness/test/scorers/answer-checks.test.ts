import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExact, checkIncludes, checkJson, checkNumeric, checkRegex } from '../../src/scorers/answer-checks.ts';
import { lastNumber } from '../../src/scorers/last-number.ts';
import { ScorerError } from '../../src/scorers/scorer-error.ts';

const exact = { kind: 'exact', ignoreCase: false } as const;
const includes = { kind: 'includes', ignoreCase: true } as const;
const numeric = { kind: 'numeric', tolerance: 0 } as const;

describe('checkExact', () => {
  it('ignores white space around the answer and nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (answer, value) => {
        expect(checkExact(`\n ${answer}\t`, { ...exact, value }).score).toBe(answer.trim() === value.trim() ? 1 : 0);
      }),
    );
  });

  it('finds every text equal to itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (text, ignoreCase) => {
        expect(checkExact(text, { ...exact, ignoreCase, value: text })).toEqual({ score: 1, reasons: [] });
      }),
    );
  });

  it('compares with what the task expects when the scorer has no value, also with a number', () => {
    expect(checkExact('Paris', exact, 'Paris').score).toBe(1);
    expect(checkExact('42', exact, 42).score).toBe(1);
    expect(checkExact('Paris', { ...exact, value: 'Rome' }, 'Paris').score).toBe(0);
  });

  it('ignores case only when told to', () => {
    expect(checkExact('PARIS', { ...exact, value: 'Paris' }).score).toBe(0);
    expect(checkExact('ΟΔΟΣ', { ...exact, value: 'οδος', ignoreCase: true }).score).toBe(1);
  });

  it('says what it expected and what it got', () => {
    expect(checkExact('Rome', exact, 'Paris').reasons).toEqual(['expected "Paris", got "Rome"']);
  });

  it('fails when there is nothing to compare with', () => {
    expect(() => checkExact('Paris', exact)).toThrow(ScorerError);
    expect(() => checkExact('Paris', exact)).toThrow(/`value`.*`expected`/);
  });
});

describe('checkIncludes', () => {
  it('scores the share of the values that occur, and names the others', () => {
    const result = checkIncludes('The FOX jumps', { ...includes, values: ['fox', 'dog', 'jumps', 'lazy'] });
    expect(result).toEqual({ score: 0.5, reasons: ['lacks "dog"', 'lacks "lazy"'] });
  });

  it('heeds case when told to', () => {
    expect(checkIncludes('The FOX', { ...includes, ignoreCase: false, values: ['fox'] }).score).toBe(0);
  });

  it('finds every value in a text that contains it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), fc.boolean(), (before, value, after, ignoreCase) => {
        expect(checkIncludes(before + value + after, { ...includes, ignoreCase, values: [value] }).score).toBe(1);
      }),
    );
  });

  it('looks for what the task expects, and fails without it', () => {
    expect(checkIncludes('It is 42.', includes, 42).score).toBe(1);
    expect(() => checkIncludes('It is 42.', includes)).toThrow(ScorerError);
  });
});

describe('checkRegex', () => {
  it('matches anywhere in the answer, with the flags', () => {
    expect(checkRegex('a\nB', { kind: 'regex', pattern: '^b$', flags: 'im' }).score).toBe(1);
    expect(checkRegex('a\nB', { kind: 'regex', pattern: '^b$', flags: '' })).toEqual({ score: 0, reasons: ['does not match /^b$/'] });
  });

  it('fails for a pattern that is none', () => {
    expect(() => checkRegex('a', { kind: 'regex', pattern: '(', flags: '' })).toThrow(ScorerError);
  });
});

describe('lastNumber', () => {
  it.each([
    ['the total is 1,234,567.89 euros', 1234567.89],
    ['4 × 10^6', 4e6],
    ['about 4 \\times 10^{-6} m', 4e-6],
    ['1.5E-3', 0.0015],
    ['-$3.50', -3.5],
    ['$-3.50', -3.5],
    ['−7 °C', -7],
    ['USD1,200.00', 1200],
    ['45%', 45],
    ['**-42**', -42],
    ['$\\boxed{-42}$', -42],
    ['1_000_000', 1e6],
    ["1'234", 1234],
    ['1\u202f234\u202f567', 1234567],
    ['The answer is 12.', 12],
    ['.5', 0.5],
    ['5km', 5],
    ['from 10-20', 20],
    ['- 5 apples', 5],
    ['1, 2 and 3', 3],
    ['x=-5', -5],
    ['12 (by gpt4)', 12],
    ['1,2345', 2345],
  ])('reads %j as %d', (text, number) => {
    expect(lastNumber(text)).toBe(number);
  });

  it('finds none where there is none', () => {
    expect(lastNumber('none of gpt4, v1.2.3 and H2O')).toBeUndefined();
  });

  it('reads numbers however they are formatted', () => {
    const formats = [
      new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 }),
      new Intl.NumberFormat('de-CH', { maximumFractionDigits: 2 }),
      new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }),
      new Intl.NumberFormat('en-US', { style: 'currency', currency: 'EUR', currencyDisplay: 'code' }),
      new Intl.NumberFormat('en-US', { style: 'unit', unit: 'percent', maximumFractionDigits: 2 }),
      new Intl.NumberFormat('en-US', { notation: 'scientific', maximumFractionDigits: 20 }),
      { format: String },
    ];
    fc.assert(
      fc.property(fc.integer({ min: -1e11, max: 1e11 }), fc.constantFrom(...formats), fc.integer({ max: 9 }), (cents, format, other) => {
        const value = cents / 100;
        expect(lastNumber(`Of ${other} it is **${format.format(value)}**.`)).toBeCloseTo(value, 6);
      }),
    );
  });

  it('reads what JavaScript prints', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(lastNumber(`= ${value}`)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe('checkNumeric', () => {
  it('takes the last number of the answer', () => {
    expect(checkNumeric('12 + 30 = 42', numeric, 42).score).toBe(1);
    expect(checkNumeric('42 = 12 + 30', numeric, 42)).toEqual({ score: 0, reasons: ['expected 42, found 30'] });
  });

  it('allows the tolerance on both sides, and exactly it', () => {
    const within = { ...numeric, value: 1, tolerance: 0.1 };
    expect([0.89, 0.9, 1, 1.1, 1.11].map((number) => checkNumeric(`${number}`, within).score)).toEqual([0, 1, 1, 1, 0]);
  });

  it('is exact without a tolerance', () => {
    expect(checkNumeric('9007199254740991', { ...numeric, value: 9007199254740992 }).score).toBe(0);
  });

  it('reads the expected number of a task in the same way', () => {
    expect(checkNumeric('1200', numeric, '$1,200').score).toBe(1);
  });

  it('says that there is no number', () => {
    expect(checkNumeric('none', numeric, 1)).toEqual({ score: 0, reasons: ['expected 1, found no number'] });
  });

  it('fails without a number to compare with', () => {
    expect(() => checkNumeric('1', numeric)).toThrow(ScorerError);
    expect(() => checkNumeric('1', numeric, 'many')).toThrow(/expects "many"/);
  });
});

describe('checkJson', () => {
  const json = (fields: Record<string, fc.JsonValue>) => ({ kind: 'json' as const, fields: fields as never });

  it('scores the share of the fields that agree, by path', () => {
    const answer = 'Here you are: {"a": {"b": [1, {"c": "x"}]}, "d": null} (as asked)';
    const result = checkJson(answer, json({ 'a.b.1.c': 'x', 'a.b': [1, { c: 'x' }], d: 0, 'a.z': 1 }));
    expect(result).toEqual({ score: 0.5, reasons: ['field d: expected 0, got null', 'field a.z: expected 1, missing'] });
  });

  it('finds all fields of a value that was written down, wherever it stands', () => {
    const key = fc.string().filter((name) => name !== '' && !name.includes('.'));
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue(), { minKeys: 1 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        for (const answer of [text, `Sure:\n\n\`\`\`json\n${text}\n\`\`\`\nDone.`, `It is ${text} as you see [1] {sic}.`]) {
          expect(checkJson(answer, json(JSON.parse(text) as Record<string, fc.JsonValue>))).toEqual({ score: 1, reasons: [] });
        }
      }),
    );
  });

  it('does not mind the order of keys but that of an array', () => {
    expect(checkJson('{"a":{"x":1,"y":2}}', json({ a: { y: 2, x: 1 } })).score).toBe(1);
    expect(checkJson('{"a":[1,2]}', json({ a: [2, 1] })).score).toBe(0);
  });

  it('passes over JSON that has none of the fields', () => {
    expect(checkJson('As in [1], {"a": 1}; before it was {"a": 2}', json({ a: 1 })).score).toBe(1);
  });

  it('sees no field in what objects inherit', () => {
    expect(checkJson('{}', json({ constructor: 1, 'toString.length': 0 })).score).toBe(0);
  });

  it('says that there is no JSON', () => {
    expect(checkJson('{a: 1}', json({ a: 1 }))).toEqual({ score: 0, reasons: ['found no JSON'] });
  });

  it('is quick with a text of nothing but brackets', () => {
    expect(checkJson('[{'.repeat(50_000), json({ a: 1 })).score).toBe(0);
  });
});
