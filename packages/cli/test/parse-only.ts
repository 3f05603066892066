/** Whether the command line would take some words: they are parsed and checked as always, and the command is not run. */
import { commandLine } from '../src/command-line/command-line.ts';
import { explainWrongWords } from '../src/wrong-words.ts';

/** What is wrong with them; undefined for nothing. */
export async function faultOf(words: readonly string[]): Promise<string | undefined> {
  const parsed = new Error('parsed');
  let help = '';
  const line = commandLine(words, (of) => {
    help = of;
  }).middleware(() => {
    throw parsed;
  });
  try {
    await line.parseAsync();
  } catch (error) {
    return error === parsed ? undefined : explainWrongWords((error as Error).message, { words, help });
  }
  // Only a command reaches the middleware.
  return 'no command would be run';
}
