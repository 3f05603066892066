/** Tells a command line that asks for nothing yet. */

/** No command, and nothing else but `--quiet` or the like. */
export function isBare(words: readonly string[]): boolean {
  return words.every((word) => word === '--quiet');
}

/** What scripts for completion call the program with: no command for people. */
export const completionWord = '--complete';
