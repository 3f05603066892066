/** What becomes of a command of the documentation: it is run, made small first where it would take long, or only parsed, for a reason. */

export type Treatment =
  | { readonly kind: 'run'; readonly words: readonly string[]; readonly codes: readonly number[] }
  | { readonly kind: 'parse'; readonly reason: string };

/** Words that stand for something of the reader's. */
const placeholder = /^(RUN|DIR|FILE|ID|NAME|BASE|TRIAL|SCENARIO)$|^\.\.\/|\.\.\./;

/** Commands that a run is not needed of, or that a test cannot wait for. */
const parsedOnly: readonly (readonly [begins: string, reason: string])[] = [
  ['serve', 'serves until it is ended: serve.test.ts starts it'],
  ['mcp', 'serves until it is ended: packages/service has its tests'],
  ['mock-llm', 'serves until it is ended: mock-llm.test.ts starts it'],
  ['worker', 'works until it is ended'],
  ['experiment validate code-gen', 'takes as long as all other commands together: inspect-runs.test.ts validates a small one'],
];

/** `run` is the name of a run of code-gen that is there. */
export function treatmentOf(words: readonly string[], run: string): Treatment {
  const line = words.join(' ');
  const named = words.map((word) => (word === 'RUN' || word === 'code-gen/RUN' ? `code-gen/${run}` : word));
  const only = parsedOnly.find(([begins]) => line === begins || line.startsWith(`${begins} `));
  if (only !== undefined) return { kind: 'parse', reason: only[1] };
  if (line.includes('--to weave')) return { kind: 'parse', reason: 'tells a service: weave-faults.test.ts does, one of its own' };
  if (line.includes('fixed:refine/')) return { kind: 'parse', reason: 'of the strategy that CONTRIBUTING.md shows how to add' };
  if (line.includes('in-process code-gen/')) return { kind: 'parse', reason: 'of two runs with a mock server: over-the-wire.test.ts makes and compares them' };
  if (words.includes('--workers')) return { kind: 'parse', reason: 'needs workers beside it' };
  if (words.includes('--tree')) return { kind: 'parse', reason: 'names a trial of the reader' };
  if (words.includes('--cassette')) return { kind: 'parse', reason: 'replays what a live run has recorded: live.test.ts does' };
  if (named.some((word) => placeholder.test(word) && !word.startsWith('Write '))) return { kind: 'parse', reason: 'names something of the reader' };
  if (words.includes('live')) {
    if (words[0] !== 'experiment') return { kind: 'parse', reason: 'asks live models: live-train-execute.test.ts does, on a server of its own' };
    return { kind: 'run', words: small([...named, '--dry-run'], run), codes: [0] };
  }
  // The figures of a small run pass no gate.
  if (line.startsWith('experiment gate')) return { kind: 'run', words: named, codes: [0, 1] };
  return { kind: 'run', words: small(named, run), codes: [0] };
}

const looks = ['list', 'validate', 'compare', 'report', 'gate'];

/** The size of a run that a test can wait for. */
const size = ['--limit', '5', '--seeds', '1', '--generations', '1'];

/** Another word for how much, where the documentation has none or more. Runs of code-gen are one run; of those that choose policies, the plan is made. */
function small(words: readonly string[], run: string): readonly string[] {
  if (words[0] === 'train') return [...without(words, ['--generations', '--tasks-per-gen']), '--generations', '1', '--tasks-per-gen', '1'];
  if (words[0] !== 'experiment' || looks.includes(words[1] ?? '')) return words;
  const own = without(words, ['--limit', '--seeds', '--generations', '--run']);
  if (own.includes('--policies') || own.includes('--dry-run')) return [...own.filter((word) => word !== '--dry-run'), ...size, '--dry-run'];
  return [...own, '--policies', 'heuristic,learned', ...size, ...(own[1] === 'code-gen' ? ['--run', run] : [])];
}

/** Without some flags, and the words that they take. */
function without(words: readonly string[], flags: readonly string[]): readonly string[] {
  return words.filter((word, index) => !flags.includes(word) && !flags.includes(words[index - 1] ?? ''));
}
