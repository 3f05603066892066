/** The command line. Only what every command needs is loaded here; each command loads its own. */

import { completionWord, isBare } from './command-line/bare-words.ts';
import { commandLine } from './command-line/command-line.ts';
import { run } from './command-line/run-command.ts';

// A reader that has seen enough (`| head`) is no fault of the run.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const words = process.argv.slice(2);
if (isBare(words)) await run(false, async (output) => (await import('./commands/overview.ts')).overviewCommand(output));
else if (words[0] === completionWord) await (await import('./command-line/answer-completion.ts')).answerCompletion(words.slice(1));
else await parse();

async function parse(): Promise<void> {
  /** Of the command that could not be understood. */
  let help = '';
  try {
    await commandLine(words, (of) => {
      help = of;
    }).parseAsync();
  } catch (error) {
    const { explainWrongWords } = await import('./wrong-words.ts');
    process.stderr.write(`error: ${explainWrongWords((error as Error).message, { words, help })}\nSee --help.\n`);
    process.exitCode = 2;
  }
}
