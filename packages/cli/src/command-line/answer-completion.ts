/** Answers what a shell's script for completion asks. */
import type { Shell } from '../commands/completion.ts';
import { type Completion, completeWords } from './complete-words.ts';

/** Of a shell's name and the words of its command line after the program. Writes a completion a line, as the shell wants it. */
export async function answerCompletion([shell, ...words]: readonly string[]): Promise<void> {
  const found = await completeWords(words);
  process.stdout.write(found.map((one) => `${lineOf(one, shell as Shell)}\n`).join(''));
}

function lineOf({ word, about }: Completion, shell: Shell): string {
  switch (shell) {
    case 'fish':
      return about === '' ? word : `${word}\t${about}`;
    case 'zsh':
      // The first colon that is not escaped begins what it says about the word.
      return about === '' ? word.replaceAll(':', '\\:') : `${word.replaceAll(':', '\\:')}:${about}`;
    default:
      return word;
  }
}
