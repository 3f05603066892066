/** Reads the last number of a text as people write it: 1,234.5, -$3, 4e6, 4 × 10^6, 45%. */

/** A percentage is the number before its sign. Digits that end a word (gpt4) are no number, but a currency code may stand before one. */
export function lastNumber(text: string): number | undefined {
  let last: number | undefined;
  for (const { groups } of text.matchAll(number)) {
    const { sign, digits, exponent, power } = groups as { sign?: string; digits: string; exponent?: string; power?: string };
    const size = Number(`${digits.replace(separators, '')}e${exponent ?? power?.replace('\u2212', '-') ?? 0}`);
    last = sign === '-' || sign === '\u2212' ? -size : size;
  }
  return last;
}

const separators = /[,_'\u2019\u00a0\u2009\u202f]/g;

const number = new RegExp(
  [
    // After a letter, digit or bracket a hyphen joins or subtracts; elsewhere it is a sign, which a currency may follow.
    String.raw`(?:(?<![\p{L}\p{N})\]])(?<sign>[-+\u2212])(?:[A-Z]{3}\s?|\\?[A-Z]{0,3}\p{Sc}\s?)?)?`,
    String.raw`(?:(?<![\p{L}\p{N}]|\d\.)|(?<=(?<!\p{L})[A-Z]{3}))`,
    String.raw`(?<digits>\d{1,3}(?:[,_'\u2019\u00a0\u2009\u202f]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)`,
    String.raw`(?:[eE](?<exponent>[-+]?\d+)|\s*(?:[x×*·]|\\times|\\cdot)\s*10\s*(?:\^|\*\*)\s*\{?(?<power>[-+\u2212]?\d+))?`,
  ].join(''),
  'gu',
);
