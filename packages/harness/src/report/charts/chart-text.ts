/** How much room text takes in a chart, and how it is cut to fit. */

/** Width in pixels, estimated: charts are drawn without a browser. */
export function textWidth(text: string, fontSize: number): number {
  return text.length * fontSize * 0.56;
}

/** `text`, or its start with an ellipsis where it has more than `length` characters. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(1, length - 1)).join('')}…`;
}
