/** Breaks a text into lines of at most so many characters; where it does not fit, the last line says so with an ellipsis. */
export function wrapText(text: string, length: number, most: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(/\s+/)) {
    for (const piece of pieces(word, length)) {
      const longer = line === '' ? piece : `${line} ${piece}`;
      if (longer.length <= length) line = longer;
      else {
        lines.push(line);
        line = piece;
      }
    }
  }
  if (line !== '') lines.push(line);
  if (lines.length <= most) return lines;
  const last = lines[most - 1] ?? '';
  return [...lines.slice(0, most - 1), `${last.length >= length ? last.slice(0, length - 1) : last}…`];
}

function pieces(word: string, length: number): readonly string[] {
  const characters = [...word];
  return Array.from({ length: Math.ceil(characters.length / length) }, (_, index) => characters.slice(index * length, (index + 1) * length).join(''));
}
