/** `ratchet` alone: what it can do, an example of each command, and the next step from where one is. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../exit-codes.ts';
import { resultsRoot, snapshotsRoot } from '../project-folders.ts';
import type { Output } from '../terminal/output.ts';

interface Example {
  readonly words: string;
  readonly about: string;
}

const widest = 80;

/** At most 33 and 42 characters wide: a line of 80 columns holds both. */
export const groups: readonly { readonly title: string; readonly examples: readonly Example[] }[] = [
  {
    title: 'Does it help, and by how much?',
    examples: [
      { words: 'experiment code-gen', about: 'run an experiment, print the report' },
      { words: 'experiment list', about: 'which there are; also validate <name>' },
      { words: 'experiment compare RUN RUN', about: 'two runs side by side' },
      { words: 'experiment gate RUN', about: 'exit code 1 if it is worse than before' },
      { words: 'worker', about: 'run pieces of it on one more machine' },
      { words: 'report RUN', about: "a run's report, from its log" },
    ],
  },
  {
    title: 'Learn, and answer with it',
    examples: [
      { words: 'train code-gen --generations 5', about: 'learn, and keep every generation' },
      { words: 'execute "Write a function ..."', about: 'answer with what was learned' },
      { words: 'explain "Write a function ..."', about: 'why it would choose which model' },
      { words: 'analyze "Read a.txt, sort it"', about: 'parts of a request, and what needs what' },
      { words: 'learn --log outcomes.jsonl', about: 'learn from a log of your own' },
    ],
  },
  {
    title: 'Serve others',
    examples: [
      { words: 'serve --port 8787', about: "an endpoint like OpenAI's, which learns" },
      { words: 'keys create --tenant acme', about: 'who may ask it' },
      { words: 'mcp', about: 'the same, for editors and agents' },
      { words: 'mock-llm --scenario code-gen', about: 'simulated models, to test clients with' },
    ],
  },
  {
    title: 'Look, and set up',
    examples: [
      { words: 'doctor', about: 'is this machine ready? what to mend' },
      { words: 'models', about: 'which models can be called live, now' },
      { words: 'traces code-gen/RUN', about: 'the slowest, dearest and failed requests' },
      { words: 'weave-sync', about: 'send the traces that wait for Weave' },
      { words: 'schemas --out schemas', about: 'JSON Schemas, for editors' },
      { words: 'completion bash', about: 'completion for bash, zsh or fish' },
    ],
  },
];

export function overviewCommand(output: Output): number {
  const { bold, cyan, dim } = output.paint;
  // Below the example, where both have no room in a line.
  const narrow = (output.columns ?? widest) < widest;
  const lineOf = ({ words, about }: Example): string => (narrow ? `  ${cyan(words)}\n      ${about}` : `  ${cyan(words.padEnd(33))}  ${about}`);
  const lines = groups.flatMap(({ title, examples }) => [bold(title), ...examples.map(lineOf), '']);
  output.result(
    [
      `${bold('ratchet')}: a self-improving LLM orchestrator, and the experiments that prove it.`,
      dim('Before each line: pnpm ratchet. After it: --help, --json, --quiet.'),
      '',
      ...lines,
      `${bold('Next:')} ${nextStep()}`,
      dim('The guide: docs/guide/README.md'),
    ].join('\n'),
  );
  return exitCodes.ok;
}

/** From what there is on this machine. */
function nextStep(): string {
  const ran = entries(resultsRoot()).find((experiment) => entries(join(resultsRoot(), experiment)).some((run) => run !== 'reference'));
  if (ran === undefined) return 'pnpm experiment code-gen --limit 20 --seeds 2   (about ten seconds)';
  const [trained] = entries(snapshotsRoot());
  if (trained === undefined) return 'pnpm ratchet train code-gen --generations 5';
  return `pnpm ratchet execute "a request" --scenario ${trained}`;
}

function entries(directory: string): readonly string[] {
  return existsSync(directory)
    ? readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort()
    : [];
}
