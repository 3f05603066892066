/** What a command takes, read from its help: the one place where it is written down. */
import { commandLine } from './command-line.ts';

export interface Flag {
  readonly name: string;
  readonly about: string;
  /** Stands alone; others take the word after them. */
  readonly alone: boolean;
  readonly choices: readonly string[];
}

export interface CommandHelp {
  /** Commands below it. */
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly positionals: readonly { readonly name: string; readonly choices: readonly string[] }[];
  readonly flags: readonly Flag[];
}

/** Of the command that words lead to; of the whole for none. The words must be commands and positionals. */
export async function helpOf(words: readonly string[]): Promise<CommandHelp> {
  // Each entry on a line of its own, however long.
  const text = await commandLine(words, () => undefined)
    .wrap(null as unknown as number)
    .getHelp();
  const sections = new Map<string, readonly string[]>(
    text.split('\n\n').map((section) => {
      const [title = '', ...lines] = section.split('\n');
      return [title, lines];
    }),
  );
  const entries = (title: string): readonly Entry[] => (sections.get(title) ?? []).flatMap((line) => readEntry(line) ?? []);
  return {
    commands: entries('Commands:')
      .filter(({ line }) => !line.includes('[default]'))
      .map(({ term, about }) => ({
        name:
          term
            .replace(/ [<[].*/, '')
            .split(' ')
            .at(-1) ?? '',
        about,
      })),
    positionals: entries('Positionals:').map(({ term, choices }) => ({ name: term, choices })),
    flags: entries('Options:').map(({ term, about, choices, line }) => ({ name: term.slice(2), about, choices, alone: line.includes('[boolean]') })),
  };
}

interface Entry {
  readonly term: string;
  readonly about: string;
  readonly choices: readonly string[];
  readonly line: string;
}

/** `  --seeds   How many  [number] [default: 5]` */
function readEntry(line: string): Entry | undefined {
  const parts = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line);
  if (parts === null) return undefined;
  const [, term = '', rest = ''] = parts;
  const choices = /\[choices: (.*?)\]/.exec(rest)?.[1];
  const about = rest.replace(/(^| {2})\[[^\]]*\](?: \[[^\]]*\])*$/, '');
  return { term, about, line, choices: choices === undefined ? [] : [...choices.matchAll(/"(.*?)"/g)].map(([, choice = '']) => choice) };
}
