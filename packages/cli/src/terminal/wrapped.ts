/** Breaks a text between words, so that it stands in a column of a terminal. */

/** Lines after the first are indented; `columns` is the whole width, undefined for none. Words that are longer than a line stay whole. */
export function wrapped(text: string, { indent, columns }: { readonly indent: number; readonly columns: number | undefined }): string {
  // Too narrow a column is worse than none.
  const room = columns === undefined || columns - indent < 20 ? Number.POSITIVE_INFINITY : columns - indent;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= room) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
