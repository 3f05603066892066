/** Where a command writes: results to stdout, everything else to stderr, colours only where a person reads them. */
import { createColors } from 'picocolors';
import { type LiveScreen, liveScreen } from './live-screen.ts';
import type { TableLook } from './live-table.ts';

export interface Output {
  /** One result, to stdout. */
  result(text: string): void;
  /** A piece of a result, to stdout as it stands. */
  piece(text: string): void;
  /** What happens meanwhile, to stderr; silent with --quiet. */
  note(text: string): void;
  /** To stderr, always. */
  error(text: string): void;
  readonly quiet: boolean;
  /** True where stderr is a terminal whose end can be redrawn. */
  readonly live: boolean;
  /** That end. Lines are written above it. */
  readonly screen: LiveScreen;
  /** Of the terminal that results go to; undefined where they go elsewhere. */
  readonly columns: number | undefined;
  readonly paint: ReturnType<typeof createColors>;
  /** Of what is drawn on the screen. */
  readonly look: TableLook;
}

export function terminalOutput({ quiet }: { readonly quiet: boolean }): Output {
  const { env, stdout, stderr } = process;
  const coloured = ({ isTTY }: { readonly isTTY?: boolean }): boolean =>
    (env['NO_COLOR'] ?? '') === '' && ((env['FORCE_COLOR'] ?? '') !== '' || (isTTY === true && env['TERM'] !== 'dumb'));
  const screen = liveScreen(stderr);
  return {
    result: (text) => {
      screen.aside(() => stdout.write(text.endsWith('\n') ? text : `${text}\n`));
    },
    piece: (text) => {
      stdout.write(text);
    },
    note: (text) => {
      if (!quiet) screen.aside(() => stderr.write(`${text}\n`));
    },
    error: (text) => {
      screen.aside(() => stderr.write(`${text}\n`));
    },
    quiet,
    live: !quiet && stderr.isTTY === true && (env['CI'] ?? '') === '' && env['TERM'] !== 'dumb',
    screen,
    columns: stdout.isTTY === true ? stdout.columns : undefined,
    paint: createColors(coloured(stdout)),
    look: { paint: createColors(coloured(stderr)), unicode: showsUnicode(env) },
  };
}

/** What the locale says, where it says something. */
function showsUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  return process.platform === 'win32' || locale === undefined ? env['TERM'] !== 'linux' : /utf-?8/i.test(locale);
}
