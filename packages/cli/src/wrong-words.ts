/** Says what is wrong with a command line, and which flag was probably meant. */
import { didYouMean } from '@ratchet/harness';

/** `message` is what the parser says; `help` is the text that lists the flags of the command. */
export function explainWrongWords(message: string, { words, help }: { readonly words: readonly string[]; readonly help: string }): string {
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1]?.split(', ');
  if (unknown === undefined) return message;
  const flags = [...new Set(help.match(/--[a-z][a-z-]*/g) ?? [])];
  return (
    unknown
      // The parser names `--two-words` a second time, as twoWords.
      .filter((name) => !unknown.some((other) => other !== name && camelCase(other) === name))
      .map((name) => {
        const flag = words.find((word) => word === `--${name}` || word.startsWith(`--${name}=`)) === undefined ? name : `--${name}`;
        return `there is no ${flag} here.${flag === name ? '' : didYouMean(flag, flags)}`;
      })
      .join(' ')
  );
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
}
