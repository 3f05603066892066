/** The commands of a block of shell, as words: enough of the language for documentation. */

/** Comments are left out; what stands in `$( )`, or after `|`, is a command of its own. Variables of the block itself are put in. */
export function shellCommands(text: string): readonly (readonly string[])[] {
  const variables = new Map<string, readonly string[]>();
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((line) => commandsOf(line))
    .flatMap((written) => {
      const words = written.flatMap((word) => variables.get(word) ?? [word]);
      const assigned = words.filter((word) => assignment.test(word));
      const rest = words.slice(words.findIndex((word) => !assignment.test(word)));
      if (words.length === 0 || assigned.length < words.length) return words.length === 0 ? [] : [rest];
      for (const one of assigned) {
        const [, name = '', value = ''] = assignment.exec(one) ?? [];
        variables.set(`$${name}`, value.split(' '));
      }
      return [];
    });
}

const assignment = /^([A-Za-z_]\w*)=(.*)$/;

function commandsOf(line: string): readonly (readonly string[])[] {
  const inner = /\$\(([^)]*)\)/.exec(line);
  if (inner !== null) return commandsOf(inner[1] ?? '');
  const commands: string[][] = [[]];
  for (const [token, , double, single] of line.matchAll(/((?:"([^"]*)"|'([^']*)'|[^\s"'|#;&]|(?<=\S)#)+)|[|;&]+|#.*$/g)) {
    if (token.startsWith('#')) break;
    if (/^[|;&]+$/.test(token)) commands.push([]);
    else commands.at(-1)?.push(double !== undefined || single !== undefined ? token.replaceAll(/["']/g, '') : token);
  }
  return commands;
}
