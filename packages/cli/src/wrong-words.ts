/** Says what is wrong with a command line, and which flag was probably meant. */
import { didYouMean } from '@ratchet/harness';

/** `message` is what the parser says; `help` is the text that lists the flags of the command. */
export function explainWrongWords(message: string, { words, help }: { readonly words: readonly string[]; readonly help: string }): string {
  const missing = missingWord(message, help);
  if (missing !== undefined) return missing;
  if (message.startsWith('Did you mean')) return `there is no command "${words.find((word) => !word.startsWith('-'))}". ${message}`;
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1]?.split(', ');
  if (unknown === undefined) return message;
  const flags = [...new Set(help.match(/--[a-z][a-z-]*/g) ?? [])];
  return (
    unknown
      // The parser names `--two-words` a second time, as twoWords.
      .filter((name) => !unknown.some((other) => other !== name && camelCase(other) === name))
      .map((name) => {
        const flag = words.find((word) => word === `--${name}` || word.startsWith(`--${name}=`)) === undefined ? name : `--${name}`;
        if (name === words[0]) return `there is no command "${name}": \`pnpm ratchet\` alone shows what there is.`;
        return `there is no ${flag} here.${flag === name ? '' : didYouMean(flag, flags)}`;
      })
      .join(' ')
  );
}

/** What is needed, and what it is; undefined where nothing is missing. */
function missingWord(message: string, help: string): string | undefined {
  const flag = /^Missing required argument: (.*)$/.exec(message)?.[1];
  if (flag !== undefined) return `--${flag} is missing: ${describedIn(help, `--${flag}`) ?? 'this command needs it'}.`;
  if (!message.startsWith('Not enough non-option arguments')) return undefined;
  // Below `experiment`, the command that is meant when no other is named stands among those that are.
  const own = /^ratchet.*$/m.exec(help)?.[0] ?? 'ratchet';
  const usages = [own, ...(help.match(/^ +ratchet .*$/gm) ?? []).map((line) => line.trim().split(/ {2,}/)[0] ?? '')];
  const usage = usages.find((one) => one.includes('<') && (one === own || one.startsWith(`${own} <`))) ?? own;
  const names = usage.match(/<\w+>/g) ?? [];
  const about = names.flatMap((name) => describedIn(help, name.slice(1, -1)) ?? []);
  return `something is missing: ${usage}${about.length === 0 ? '' : ` (${about.join('; ')})`}.`;
}

/** What a help text says about a flag or a positional. */
function describedIn(help: string, term: string): string | undefined {
  return new RegExp(`^ +${term} +([^\\s[][^[\\n]*?)[: ]*(?:\\[|$)`, 'm').exec(help)?.[1];
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
}
