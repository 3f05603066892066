/** Scores code by executing it: the share of checks that pass, or, for unit tests, the share of mutants they catch. */
import { checkRuntime, checksScript, deterministicEnvironment } from './check-runtime.ts';
import { blocksClash, inOwnScope, runnableBlock, topLevelNames, withoutDeclarationsOf } from './code-blocks.ts';
import type { JavaScriptSandbox, SandboxEnd, SandboxScript } from './javascript-sandbox.ts';

export interface CheckResult {
  /** In [0, 1]. */
  readonly score: number;
  /** Why points were lost, for people; empty when none were. */
  readonly reasons: readonly string[];
}

export interface JavaScriptProgram {
  /** Runs before the blocks; may be empty. */
  readonly prelude: string;
  /** The code of an answer, JavaScript or TypeScript, with or without module syntax. */
  readonly blocks: readonly string[];
}

interface CheckEnd {
  readonly name: string;
  readonly passed: boolean;
  readonly message?: string;
}

const runtime: readonly SandboxScript[] = [
  { name: 'environment', code: deterministicEnvironment },
  { name: 'checks', code: checkRuntime },
];

/** Runs `blocks` and then `tests` (calls of check(name, fn)); the score is the share of checks that pass. */
export async function runJavaScriptChecks(sandbox: JavaScriptSandbox, program: JavaScriptProgram, tests: string): Promise<CheckResult> {
  const end = await runProgram(program.blocks.map(runnableBlock), (blocks) =>
    sandbox.after([...runtime, ...preludeOf(program)]).run([...blocks, { name: 'tests', code: checksScript(tests) }], '__runAll(__checks)'),
  );
  const ends = checkEnds(end);
  if (typeof ends === 'string') return { score: 0, reasons: [ends] };
  if (ends.length === 0) return { score: 0, reasons: ['no check ran', ...end.scriptErrors] };
  const failed = ends.filter((check) => !check.passed);
  const cutShort = end.scriptErrors.filter((error) => error.startsWith('tests: '));
  const total = cutShort.length === 0 ? ends.length : Math.max(ends.length, tests.match(/^\s*check\(/gm)?.length ?? 0);
  return {
    score: (ends.length - failed.length) / total,
    reasons: [...cutShort, ...failed.map((check) => `${check.name}: ${check.message ?? 'failed'}`)],
  };
}

/** Runs the tests in `blocks` against `implementation` (all must pass) and each mutant (at least one must fail). */
export async function runMutationCheck(
  sandbox: JavaScriptSandbox,
  program: JavaScriptProgram,
  check: { readonly implementation: string; readonly mutants: readonly string[] },
): Promise<CheckResult> {
  const implementation = runnableBlock(check.implementation);
  // An answer may repeat the code under test; its tests must meet the mutants all the same.
  const tests = program.blocks.map((block) => withoutDeclarationsOf(topLevelNames(implementation), runnableBlock(block)));
  const runAgainst = async (code: string) =>
    checkEnds(
      await runProgram(tests, (blocks) =>
        sandbox.after(runtime).run([{ name: 'implementation', code }, ...preludeOf(program), ...blocks], '__runAll(__tests)'),
      ),
    );
  const onRight = await runAgainst(implementation);
  if (typeof onRight === 'string') return { score: 0, reasons: [onRight] };
  if (onRight.length === 0) return { score: 0, reasons: ['no test ran'] };
  const failed = onRight.filter((test) => !test.passed);
  if (failed.length > 0) {
    return { score: 0, reasons: failed.map((test) => `fails on the right code: ${test.name}: ${test.message ?? ''}`) };
  }
  const survivors: number[] = [];
  for (const [index, mutant] of check.mutants.entries()) {
    const ends = await runAgainst(runnableBlock(mutant));
    if (typeof ends !== 'string' && ends.every((test) => test.passed)) survivors.push(index + 1);
  }
  return {
    score: (check.mutants.length - survivors.length) / check.mutants.length,
    reasons: survivors.map((number) => `mutant ${number} is not caught`),
  };
}

/** Blocks share one scope, as the scripts of a page do, unless their names clash; then each gets its own, as files have. */
async function runProgram(blocks: readonly string[], run: (blocks: readonly SandboxScript[]) => Promise<SandboxEnd>): Promise<SandboxEnd> {
  const named = (write: (code: string) => string) => blocks.map((code, index) => ({ name: `block ${index + 1}`, code: write(code) }));
  if (!blocksClash(blocks)) {
    const end = await run(named((code) => code));
    if (!end.scriptErrors.some((error) => error.includes('SyntaxError: redeclaration'))) return end;
  }
  return run(named(inOwnScope));
}

function preludeOf({ prelude }: JavaScriptProgram): readonly SandboxScript[] {
  return prelude === '' ? [] : [{ name: 'prelude', code: prelude }];
}

function checkEnds(end: SandboxEnd): readonly CheckEnd[] | string {
  if (end.kind === 'stopped') return [`stopped (${end.reason}): ${end.message}`, ...end.scriptErrors].join('; ');
  return end.value as readonly CheckEnd[];
}
