/** A terminal of a few lines, for tests: it knows what the live screen writes, and breaks its lines anew when it becomes narrower. */
import type { TerminalStream } from '../../src/terminal/live-screen.ts';

export interface SmallTerminal extends TerminalStream {
  /** What stands on it, without blanks at the ends of lines. */
  shown(): readonly string[];
  resize(columns: number): void;
  readonly cursorShown: boolean;
  /** How often something that was there was erased and written anew. */
  readonly written: string;
}

export function smallTerminal(width: number): SmallTerminal {
  let columns = width;
  let lines: string[] = [''];
  let [row, column] = [0, 0];
  let cursorShown = true;
  let written = '';
  const listeners = new Set<() => void>();
  const put = (text: string): void => {
    const line = (lines[row] ?? '').padEnd(column);
    lines[row] = line.slice(0, column) + text + line.slice(column + text.length);
    column += text.length;
    if (column > columns) throw new Error(`a line of ${column} in a terminal of ${columns} columns`);
  };
  return {
    get columns() {
      return columns;
    },
    rows: 24,
    get cursorShown() {
      return cursorShown;
    },
    get written() {
      return written;
    },
    write: (text) => {
      written += text;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal is told with
      for (const [, number, command, sign, plain] of text.matchAll(/\u001b\[(\??\d*)([A-Za-z])|([\r\n])|([^\u001b\r\n]+)/g)) {
        if (plain !== undefined) put(plain);
        else if (sign === '\r') column = 0;
        else if (sign === '\n') {
          [row, column] = [row + 1, 0];
          lines[row] ??= '';
        } else if (command === 'A') {
          row -= Number(number);
          if (row < 0) throw new Error('the cursor left the terminal at its top');
        } else if (command === 'K') lines[row] = (lines[row] ?? '').slice(0, column);
        else if (command === 'J') lines = [...lines.slice(0, row), (lines[row] ?? '').slice(0, column)];
        else if (number === '?25') cursorShown = command === 'h';
        else if (number !== '?2026' && command !== 'm') throw new Error(`the terminal does not know ${number}${command}`);
      }
    },
    on: (_event, listener) => listeners.add(listener),
    off: (_event, listener) => listeners.delete(listener),
    shown: () => lines.map((line) => line.trimEnd()),
    resize: (to) => {
      const below = lines.length - row;
      lines = lines.flatMap((line) => (line === '' ? [''] : (line.match(new RegExp(`.{1,${to}}`, 'g')) ?? [''])));
      columns = to;
      row = lines.length - below;
      for (const listener of listeners) listener();
    },
  };
}
