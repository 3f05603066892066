/** Lays out named features in a vector: numbers by name, and one indicator for each value of a category. */

export interface FeatureLayout {
  readonly names: readonly string[];
  /** Position of a number. Throws a RangeError for a name that was not laid out. */
  number(name: string): number;
  /** Positions of a category's values. */
  category(name: string): ReadonlyMap<string, number>;
}

export function featureLayout(numbers: readonly string[], categories: Readonly<Record<string, readonly string[]>>): FeatureLayout {
  const names: string[] = [...numbers];
  const positions = new Map(numbers.map((name, position) => [name, position]));
  const byCategory = new Map<string, ReadonlyMap<string, number>>();
  for (const [category, values] of Object.entries(categories)) {
    byCategory.set(category, new Map(values.map((value, offset) => [value, names.length + offset])));
    names.push(...values.map((value) => `${category}=${value}`));
  }
  const known = <Value>(found: Value | undefined, name: string): Value => {
    if (found === undefined) throw new RangeError(`no feature "${name}"`);
    return found;
  };
  return { names, number: (name) => known(positions.get(name), name), category: (name) => known(byCategory.get(name), name) };
}
