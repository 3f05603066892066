/** What flags take, and how that is put to a command. */

export const list = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
export const wholeNumber =
  (name: string, least: number) =>
  (value: number): number => {
    if (!Number.isInteger(value) || value < least) throw new Error(`--${name} takes a whole number from ${least} on`);
    return value;
  };

export const amount =
  (name: string) =>
  (value: number): number => {
    if (!(value >= 0)) throw new Error(`--${name} takes an amount from 0 on`);
    return value;
  };

export const port = (value: number): number => {
  if (value > 65_535) throw new Error(`--port takes a whole number from 0 to 65535, not ${value}`);
  return wholeNumber('port', 0)(value);
};

export const between =
  (name: string, low: number, high: number) =>
  (value: number): number => {
    if (!(value > low && value < high)) throw new Error(`--${name} takes a number between ${low} and ${high}`);
    return value;
  };

/** Without the flags that were not given. */
export function given<Words extends object>(words: Words): { readonly [Name in keyof Words]?: NonNullable<Words[Name]> } {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)) as { readonly [Name in keyof Words]?: NonNullable<Words[Name]> };
}
