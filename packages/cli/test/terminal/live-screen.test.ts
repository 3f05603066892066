import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveScreen } from '../../src/terminal/live-screen.ts';
import { smallTerminal } from './small-terminal.ts';

/** Lines that fill a terminal of any width but for one column. */
const wide =
  (...texts: readonly string[]) =>
  ({ columns }: { readonly columns: number }) =>
    texts.map((text) => text.repeat(200).slice(0, columns - 1));

describe('the live screen', () => {
  it('shows the last frame and what was written before it, whatever came in between', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('draw' as const), texts: fc.array(fc.constantFrom('a', 'bc', 'def'), { maxLength: 6 }) }),
      fc.record({ kind: fc.constant('aside' as const), text: fc.constantFrom('note', 'a longer note') }),
      fc.record({ kind: fc.constant('resize' as const), columns: fc.integer({ min: 20, max: 60 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const terminal = smallTerminal(40);
        const screen = liveScreen(terminal);
        const asides: string[] = [];
        let frame: readonly string[] = [];
        for (const one of steps) {
          if (one.kind === 'draw') {
            frame = one.texts;
            screen.draw(wide(...one.texts));
          } else if (one.kind === 'resize') terminal.resize(one.columns);
          else {
            asides.push(one.text);
            screen.aside(() => terminal.write(`${one.text}\n`));
          }
        }
        expect(terminal.shown()).toEqual([...asides, ...wide(...frame)({ columns: terminal.columns ?? 0 }), '']);
        screen.end();
        expect(terminal.shown()).toEqual([...asides, '']);
        expect(terminal.cursorShown).toBe(true);
      }),
    );
  });

  it('writes over the frame before, and erases nothing that is shown again: nothing flickers', () => {
    const terminal = smallTerminal(40);
    const screen = liveScreen(terminal);
    screen.draw(() => ['one', 'two']);
    const before = terminal.written.length;
    screen.draw(() => ['one', 'three']);
    expect(terminal.written.slice(before)).toBe('\u001b[?2026h\r\u001b[2Aone\u001b[K\nthree\u001b[K\n\u001b[J\u001b[?2026l');
  });

  it('hides the cursor while it is there, and writes nothing where nothing is drawn', () => {
    const terminal = smallTerminal(40);
    const screen = liveScreen(terminal);
    screen.aside(() => undefined);
    screen.end();
    expect(terminal.written).toBe('');
    screen.draw(() => ['one']);
    expect(terminal.cursorShown).toBe(false);
  });
});
