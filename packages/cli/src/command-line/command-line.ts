/** The whole command line: every command and flag. Only what every command needs is loaded here; each command loads its own. */
import yargs from 'yargs';
import { experimentCommands } from './experiment-commands.ts';
import { learningCommands } from './learning-commands.ts';
import { lookCommands } from './look-commands.ts';
import type { Parser } from './parser.ts';
import { serviceCommands } from './service-commands.ts';
import { setUpCommands } from './set-up-commands.ts';

/** Of the words after the program's name. A word that is wrong is thrown as an error, after `onFail` has been given the help of its command. */
export function commandLine(words: readonly string[], onFail: (help: string) => void): Parser {
  const begun: Parser = yargs([...words])
    .scriptName('ratchet')
    .usage('$0 <command>: a self-improving LLM orchestrator, and the experiments that prove it')
    .option('quiet', { type: 'boolean', describe: 'No progress, only results and errors', global: true })
    .option('json', { type: 'boolean', default: false, describe: 'Results as JSON', global: true });
  return [experimentCommands, learningCommands, serviceCommands, lookCommands, setUpCommands]
    .reduce((line, add) => add(line), begun)
    .demandCommand(1, 'Say what to do: see the commands above.')
    .recommendCommands()
    .strict()
    .help()
    .version(false)
    .fail((message, error, usage) => {
      // Of yargs' usage object, which its type declarations take for the parser.
      onFail(String(usage.help()));
      throw error ?? new Error(message);
    });
}
