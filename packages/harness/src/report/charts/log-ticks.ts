/** Chooses the ticks of a logarithmic axis: 1, 2 and 5 times powers of ten, or fewer where these would be too many. */

/** At most about `most` ticks in a range above zero. */
export function logTicks([low, high]: readonly [number, number], most: number): number[] {
  const first = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, index) => first + index);
  const choices = [[1, 2, 5], [1, 3], [1]].map((factors) =>
    powers.flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`))).filter((tick) => tick >= low && tick <= high),
  );
  return choices.find((ticks) => ticks.length <= most) ?? choices.at(-1) ?? [];
}

/** A range above zero, wider by `share` of its logarithm on both sides. */
export function paddedLogRange(values: readonly number[], share: number): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const factor = Math.max((high / low) ** share, 1.05);
  return [low / factor, high * factor];
}
