/** Parts an answer into prose and fenced code (CommonMark's fences); a fence that is still open counts to the end. */

export interface TextBlock {
  readonly kind: 'text' | 'code';
  readonly content: string;
}

export function textBlocks(text: string): readonly TextBlock[] {
  const blocks: TextBlock[] = [];
  let kind: TextBlock['kind'] = 'text';
  let fence = '';
  let lines: string[] = [];
  const close = (): void => {
    const content = lines.join('\n').replace(/^\n+|\s+$/g, '');
    if (content !== '') blocks.push({ kind, content });
    lines = [];
  };
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    const closes = kind === 'code' && mark !== undefined && mark.startsWith(fence) && line.trim() === mark;
    if (kind === 'text' ? mark !== undefined : closes) {
      close();
      fence = kind === 'text' ? (mark ?? '') : '';
      kind = kind === 'text' ? 'code' : 'text';
    } else lines.push(line);
  }
  close();
  return blocks;
}
