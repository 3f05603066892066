/** Differences as people read them: points of quality, or percent of what was before. */

const signed = (value: number, digits: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(digits)}`;

export const formatDifferenceOf = {
  /** 0.012 as +1.20 points. */
  points: (value: number): string => `${signed(100 * value, 2)} points`,
  /** 0.12 as +12.0%. */
  parts: (value: number): string => `${signed(100 * value, 1)}%`,
} as const;
