/** Shares of a whole as a bar of letters, which can be read without colours. */

/** Each share gets as many letters as it has of `width` (largest remainders); one that is not nothing may still get none. Empty where all are nothing. */
export function shareBar(
  shares: readonly { readonly letter: string; readonly amount: number }[],
  width: number,
): readonly { readonly letter: string; readonly length: number }[] {
  const whole = shares.reduce((sum, { amount }) => sum + amount, 0);
  if (whole === 0) return [];
  const exact = shares.map(({ letter, amount }) => ({ letter, exact: (amount / whole) * width }));
  const left = width - exact.reduce((sum, { exact }) => sum + Math.floor(exact), 0);
  const rounded = new Set(
    [...exact]
      .sort((a, b) => (b.exact % 1) - (a.exact % 1))
      .slice(0, left)
      .map(({ letter }) => letter),
  );
  return exact.map(({ letter, exact }) => ({ letter, length: Math.floor(exact) + (rounded.has(letter) ? 1 : 0) }));
}
