/** Finds the items of the list that a request is made of, if it is: numbered ones before bullets, the outermost level. */
import type { ClauseReading } from './clause-traits.ts';

export interface ListItem {
  /** Offset of its line. */
  readonly start: number;
  /** Offset of its first word. */
  readonly content: number;
}

const numbered = /^([ \t]*)(?:\*\*|#+[ \t]*)?(?:\(?\d{1,2}[.)]|(?:step|part|task)[ \t]+\d{1,2}[.:)]*|\(?[a-f]\))(?:\*\*)?[ \t:—–-]*/gim;
const bulleted = /^([ \t]*)[-*•][ \t]+/gm;

/** Items of the outermost list; empty when there are fewer than two. */
export function outermostItems(text: string): readonly ListItem[] {
  // A line holds one item at most.
  if (!/[\n\r\u2028\u2029]/.test(text)) return [];
  for (const marker of [numbered, bulleted]) {
    const found = [...text.matchAll(marker)];
    const indent = Math.min(...found.map((match) => (match[1] as string).length));
    const items = found
      .filter((match) => (match[1] as string).length === indent)
      .map((match) => ({ start: match.index, content: match.index + match[0].length }));
    if (items.length >= 2) return items;
  }
  return [];
}

/**
 * Where at least two items of the outermost list, and half of them, ask for something in their first clause: the clauses
 * with which all items but the first begin, and those of paragraphs after the list that ask for something. Else null.
 */
export function listBoundaries({ clauses, traits, items, askingItems, namesCode }: ClauseReading): readonly number[] | null {
  if (askingItems < 2 || askingItems * 2 < items || namesCode) return null;
  const found = clauses.flatMap(({ opening }, index) => (opening === 'item' ? [index] : []));
  const last = found.at(-1) as number;
  const after = clauses.flatMap(({ opening }, index) => (index > last && opening === 'paragraph' && traits[index]?.asking ? [index] : []));
  return [...found.slice(1), ...after];
}
