/** The command line. Only what every command needs is loaded here; each command loads its own. */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { experimentCommands } from './command-line/experiment-commands.ts';
import { learningCommands } from './command-line/learning-commands.ts';
import { lookCommands } from './command-line/look-commands.ts';
import type { Parser } from './command-line/parser.ts';
import { serviceCommands } from './command-line/service-commands.ts';

// A reader that has seen enough (`| head`) is no fault of the run.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

/** Of the command that could not be understood. */
let help = '';
const commandLine: Parser = yargs(hideBin(process.argv))
  .scriptName('ratchet')
  .usage('$0 <command>: a self-improving LLM orchestrator, and the experiments that prove it')
  .option('quiet', { type: 'boolean', describe: 'No progress, only results and errors', global: true })
  .option('json', { type: 'boolean', default: false, describe: 'Results as JSON', global: true });
const parser = [experimentCommands, learningCommands, serviceCommands, lookCommands]
  .reduce((line, add) => add(line), commandLine)
  .demandCommand(1, 'Say what to do: see the commands above.')
  .recommendCommands()
  .strict()
  .help()
  .version(false)
  .fail((message, error, usage) => {
    // Of yargs' usage object, which its type declarations take for the parser.
    help = String(usage.help());
    throw error ?? new Error(message);
  });

try {
  await parser.parseAsync();
} catch (error) {
  const { explainWrongWords } = await import('./wrong-words.ts');
  process.stderr.write(`error: ${explainWrongWords((error as Error).message, { words: process.argv.slice(2), help })}\nSee --help.\n`);
  process.exitCode = 2;
}
