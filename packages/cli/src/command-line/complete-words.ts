/** Completes a command line: commands and flags from the help, names of experiments, scenarios, runs and policies from where they are. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolders, resultsRoot } from '../project-folders.ts';
import { type CommandHelp, helpOf } from './help-text.ts';

export interface Completion {
  readonly word: string;
  readonly about: string;
}

/** The last word is the one that is being written, and may be empty. None where the shell should complete names of files. */
export async function completeWords(words: readonly string[]): Promise<readonly Completion[]> {
  // Shells may take the sign for a word of its own.
  const written = words.filter((word, index) => word !== '=' || index === words.length - 1).map((word) => (word === '=' ? '' : word));
  const current = written.at(-1) ?? '';
  const before = written.slice(0, -1);
  const { help, position } = await readCommand(before);
  const flag = help.flags.find(({ name, alone }) => !alone && before.at(-1) === `--${name}`);
  if (flag !== undefined) return matching(current, flag.choices.length > 0 ? plain(flag.choices) : await valuesOf(flag.name, current));
  if (current.startsWith('-')) {
    const given = new Set(before);
    const switchedOff = help.flags.filter(({ name }) => ['trace', 'content'].includes(name)).map(({ name, about }) => ({ word: `--no-${name}`, about }));
    const all = [...help.flags.map(({ name, about }) => ({ word: `--${name}`, about })), ...switchedOff];
    return matching(
      current,
      all.filter(({ word }) => !given.has(word)),
    );
  }
  const commands = position === 0 ? help.commands.map(({ name, about }) => ({ word: name, about })) : [];
  const positional = help.positionals[position];
  const names = positional === undefined ? [] : positional.choices.length > 0 ? plain(positional.choices) : await valuesOf(positional.name, current);
  return matching(current, [...commands, ...names]);
}

/** The command that words lead to, and how many of its positionals they give. */
async function readCommand(words: readonly string[]): Promise<{ readonly help: CommandHelp; readonly position: number }> {
  const path: string[] = [];
  let help = await helpOf(path);
  let position = 0;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    if (word.startsWith('-')) {
      // Its value is no positional.
      if (help.flags.some(({ name, alone }) => !alone && word === `--${name}`)) index++;
    } else if (position === 0 && help.commands.some(({ name }) => name === word)) {
      path.push(word);
      help = await helpOf(path);
    } else position++;
  }
  return { help, position };
}

/** By the name of a flag or positional. */
async function valuesOf(name: string, current: string): Promise<readonly Completion[]> {
  switch (name) {
    case 'name':
      return plain(names(projectFolders.experiments, /\.yaml$/));
    case 'scenario':
      return plain(names(projectFolders.scenarios));
    case 'run':
    case 'a':
    case 'b':
    case 'reference':
      return plain(names(resultsRoot()).flatMap((experiment) => names(join(resultsRoot(), experiment)).map((run) => `${experiment}/${run}`)));
    case 'policies': {
      const { policyNames } = await import('@ratchet/harness');
      const chosen = current.split(',').slice(0, -1);
      const prefix = chosen.map((one) => `${one},`).join('');
      return plain(policyNames.filter((policy) => !chosen.includes(policy)).map((policy) => prefix + policy));
    }
    default:
      return [];
  }
}

function names(directory: string, ending = /^/): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => !name.startsWith('.') && ending.test(name))
    .map((name) => name.replace(ending, ''))
    .sort();
}

const plain = (words: readonly string[]): readonly Completion[] => words.map((word) => ({ word, about: '' }));
const matching = (current: string, all: readonly Completion[]): readonly Completion[] => all.filter(({ word }) => word.startsWith(current));
