/** Finds the items of the list that a request is made of, if it is: numbered ones before bullets, the outermost level. */

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
