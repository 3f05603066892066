/** Where a command writes: results to stdout, everything else to stderr, colours only where a person reads them. */
import { createColors } from 'picocolors';

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
  /** True where stderr is a terminal that can redraw a line. */
  readonly live: boolean;
  /** Of the terminal that results go to; undefined where they go elsewhere. */
  readonly columns: number | undefined;
  readonly paint: ReturnType<typeof createColors>;
}

export function terminalOutput({ quiet }: { readonly quiet: boolean }): Output {
  const { env, stdout, stderr } = process;
  const colours = (env['NO_COLOR'] ?? '') === '' && ((env['FORCE_COLOR'] ?? '') !== '' || (stdout.isTTY && env['TERM'] !== 'dumb'));
  return {
    result: (text) => {
      stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    piece: (text) => {
      stdout.write(text);
    },
    note: (text) => {
      if (!quiet) stderr.write(`${text}\n`);
    },
    error: (text) => {
      stderr.write(`${text}\n`);
    },
    quiet,
    live: !quiet && stderr.isTTY === true && (env['CI'] ?? '') === '' && env['TERM'] !== 'dumb',
    columns: stdout.isTTY === true ? stdout.columns : undefined,
    paint: createColors(colours),
  };
}
