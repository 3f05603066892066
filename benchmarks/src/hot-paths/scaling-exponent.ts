/** How a quantity grows with n: the exponent of the power law that fits best. */

export interface SizedValue {
  readonly n: number;
  readonly value: number;
}

/** The slope of log value on log n, least squares: 1 is in proportion, 2 is quadratic. Needs two sizes that differ, and values above 0. */
export function scalingExponent(points: readonly SizedValue[]): number {
  const logs = points.map(({ n, value }) => ({ x: Math.log(n), y: Math.log(value) }));
  const mean = (of: (point: { x: number; y: number }) => number): number => logs.reduce((sum, point) => sum + of(point), 0) / logs.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const spread = logs.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  if (!(spread > 0)) throw new RangeError('scalingExponent: needs sizes that differ');
  return logs.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
}
