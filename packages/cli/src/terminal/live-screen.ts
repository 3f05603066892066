/** A block of lines at the end of a terminal that is redrawn in place. */
import { stripVTControlCharacters } from 'node:util';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Lines for a terminal of that size: none as wide as it, and fewer than it has rows. */
export type Frame = (size: ScreenSize) => readonly string[];

export interface LiveScreen {
  /** Draws a frame in the place of the one before, and again when the terminal is resized. */
  draw(frame: Frame): void;
  /** Takes the block away while something else is written, which ends its last line. */
  aside(write: () => void): void;
  /** Takes the block away, and shows the cursor again. */
  end(): void;
}

/** A terminal that can move its cursor, as `process.stderr` may be one. */
export interface TerminalStream {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

const control = '\u001b[';
const hideCursor = `${control}?25l`;
const showCursor = `${control}?25h`;
const eraseToLineEnd = `${control}K`;
const eraseBelow = `${control}J`;
/** Terminals that know it show what stands between at once; others ignore it. */
const [beginTogether, endTogether] = [`${control}?2026h`, `${control}?2026l`];

/** Nothing is written before the first frame. What libraries for this erase after a terminal was made narrower is too little: its lines have become more. */
export function liveScreen(stream: TerminalStream): LiveScreen {
  let drawn: readonly string[] = [];
  let width = 0;
  let frame: Frame | undefined;
  const size = (): ScreenSize => ({ columns: stream.columns ?? 80, rows: stream.rows ?? 24 });
  /** From below the block to its beginning. Most terminals break lines anew when they become narrower. */
  const toTop = (): string => {
    const { columns } = size();
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns)), 0);
    return rows === 0 ? '' : `\r${control}${rows}A`;
  };
  const show = (): void => {
    if (frame === undefined) return;
    const lines = frame(size());
    const { columns } = size();
    // Overwritten, not erased first: nothing flickers.
    const before = columns === width ? toTop() : `${toTop()}${eraseBelow}`;
    stream.write(`${beginTogether}${before}${lines.map((line) => `${line}${eraseToLineEnd}\n`).join('')}${eraseBelow}${endTogether}`);
    drawn = lines;
    width = columns;
  };
  const erase = (): void => {
    if (drawn.length > 0) stream.write(`${toTop()}${eraseBelow}`);
    drawn = [];
  };
  // However the process ends, short of being killed.
  const onExit = (): void => {
    stream.write(showCursor);
  };
  return {
    draw: (next) => {
      if (frame === undefined) {
        stream.write(hideCursor);
        stream.on('resize', show);
        process.on('exit', onExit);
      }
      frame = next;
      show();
    },
    aside: (write) => {
      erase();
      write();
      show();
    },
    end: () => {
      if (frame === undefined) return;
      erase();
      frame = undefined;
      stream.off('resize', show);
      process.off('exit', onExit);
      stream.write(showCursor);
    },
  };
}
