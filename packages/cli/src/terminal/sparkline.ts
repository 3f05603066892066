/** A curve in a line of text. */

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/** For terminals that have no others. */
const signs = ['_', '.', '-', '=', '+', '*', '#'];

/**
 * One sign for each value, from the least of them to the greatest; a blank for one that is not known. Of more values than fit, neighbours are
 * averaged. A level curve is a line in the middle.
 */
export function sparkline(values: readonly (number | null)[], { width, unicode }: { readonly width: number; readonly unicode: boolean }): string {
  const levels = unicode ? blocks : signs;
  const shown = values.length <= width ? values : averaged(values, width);
  const known = shown.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return shown
    .map((value) => {
      if (value === null) return ' ';
      const share = high - low > 1e-12 ? (value - low) / (high - low) : 0.5;
      return levels[Math.min(levels.length - 1, Math.floor(share * levels.length))] as string;
    })
    .join('');
}

function averaged(values: readonly (number | null)[], width: number): readonly (number | null)[] {
  return Array.from({ length: width }, (_, index) => {
    const from = Math.floor((index * values.length) / width);
    const known = values.slice(from, Math.floor(((index + 1) * values.length) / width)).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}
