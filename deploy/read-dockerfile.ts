/** Reads the instructions of a Dockerfile, as far as ours uses its language. */

export interface DockerInstruction {
  readonly name: string;
  /** `--from=build` and the like, without the dashes. */
  readonly flags: Readonly<Record<string, string>>;
  /** What stands after the flags, with the build's arguments put in. */
  readonly text: string;
}

export interface DockerStage {
  readonly name: string;
  readonly base: string;
  readonly instructions: readonly DockerInstruction[];
}

/** Throws for a Dockerfile that begins with something else than arguments and a stage. */
export function readDockerfile(text: string): readonly DockerStage[] {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  const statements = lines.join('\n').replace(/\\\n/g, ' ').split('\n');
  const given = new Map<string, string>();
  const stages: { name: string; base: string; instructions: DockerInstruction[] }[] = [];
  for (const statement of statements.map((one) => one.trim()).filter((one) => one !== '')) {
    const instruction = readInstruction(statement, given);
    const { name } = instruction;
    if (name === 'ARG') {
      const [key = '', value = ''] = instruction.text.split('=');
      given.set(key, value);
    } else if (name === 'FROM') {
      const [base = '', , alias] = instruction.text.split(/\s+/);
      stages.push({ name: alias ?? `stage-${stages.length}`, base, instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (stage === undefined) throw new Error(`${name} stands before any FROM`);
      stage.instructions.push(instruction);
    }
  }
  return stages;
}

/** The words of an instruction that is written as a list: `["node", "x.mjs"]`. */
export function execForm(text: string): readonly string[] {
  return JSON.parse(text) as readonly string[];
}

function readInstruction(statement: string, given: ReadonlyMap<string, string>): DockerInstruction {
  const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/s.exec(statement) ?? [];
  if (name === '') throw new Error(`not an instruction: ${statement}`);
  const flags: Record<string, string> = {};
  let text = rest;
  for (let flag = /^--([a-z-]+)=(\S+)\s+/.exec(text); flag !== null; flag = /^--([a-z-]+)=(\S+)\s+/.exec(text)) {
    flags[flag[1] as string] = flag[2] as string;
    text = text.slice(flag[0].length);
  }
  // Only FROM is written with arguments; a RUN's are the shell's.
  return { name, flags, text: name === 'FROM' ? text.replace(/\$\{(\w+)\}/g, (_, key: string) => given.get(key) ?? '') : text };
}
