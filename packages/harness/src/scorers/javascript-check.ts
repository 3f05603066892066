/** Scores code by executing it: the share of checks that pass, or, for unit tests, the share of mutants they catch. */
import { checkRuntime, deterministicEnvironment } from './check-runtime.ts';
import type { JavaScriptSandbox, SandboxEnd, SandboxScript } from './javascript-sandbox.ts';

export interface CheckResult {
  /** In [0, 1]. */
  readonly score: number;
  /** Why points were lost, for people; empty when none were. */
  readonly reasons: readonly string[];
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
export function runJavaScriptChecks(
  sandbox: JavaScriptSandbox,
  program: { readonly prelude: string; readonly blocks: readonly string[] },
  tests: string,
): CheckResult {
  const end = sandbox.run(
    [...runtime, ...programScripts(program), { name: 'tests', code: tests }],
    '__runAll(__checks)',
  );
  const ends = checkEnds(end);
  if (typeof ends === 'string') return { score: 0, reasons: [ends] };
  if (ends.length === 0) return { score: 0, reasons: ['no check ran', ...end.scriptErrors] };
  const failed = ends.filter((check) => !check.passed);
  return {
    score: (ends.length - failed.length) / ends.length,
    reasons: failed.map((check) => `${check.name}: ${check.message ?? 'failed'}`),
  };
}

/** Runs the tests in `blocks` against `implementation` (all must pass) and each mutant (at least one must fail). */
export function runMutationCheck(
  sandbox: JavaScriptSandbox,
  program: { readonly prelude: string; readonly blocks: readonly string[] },
  check: { readonly implementation: string; readonly mutants: readonly string[] },
): CheckResult {
  const runAgainst = (implementation: string) =>
    checkEnds(
      sandbox.run(
        [...runtime, { name: 'implementation', code: withoutModuleSyntax(implementation) }, ...programScripts(program)],
        '__runAll(__tests)',
      ),
    );
  const onRight = runAgainst(check.implementation);
  if (typeof onRight === 'string') return { score: 0, reasons: [onRight] };
  if (onRight.length === 0) return { score: 0, reasons: ['no test ran'] };
  const failed = onRight.filter((test) => !test.passed);
  if (failed.length > 0) {
    return { score: 0, reasons: failed.map((test) => `fails on the right code: ${test.name}: ${test.message ?? ''}`) };
  }
  const survivors = check.mutants
    .map((mutant, index) => ({ index, ends: runAgainst(mutant) }))
    .filter(({ ends }) => typeof ends !== 'string' && ends.every((test) => test.passed));
  return {
    score: (check.mutants.length - survivors.length) / check.mutants.length,
    reasons: survivors.map(({ index }) => `mutant ${index + 1} is not caught`),
  };
}

function programScripts(program: { readonly prelude: string; readonly blocks: readonly string[] }): SandboxScript[] {
  return [
    ...(program.prelude === '' ? [] : [{ name: 'prelude', code: program.prelude }]),
    ...program.blocks.map((code, index) => ({ name: `block ${index + 1}`, code: withoutModuleSyntax(code) })),
  ];
}

/** Blocks are evaluated as scripts that share their globals, so import and export words go. */
function withoutModuleSyntax(code: string): string {
  return code
    .replace(/^\s*import\s[^;\n]*(?:;|$)/gm, '')
    .replace(/^(\s*)export\s+default\s+(?=(?:async\s+)?function\b|class\b)/gm, '$1')
    .replace(/^(\s*)export\s+(?=(?:async\s+)?function\b|class\b|const\b|let\b|var\b)/gm, '$1')
    .replace(/^\s*export\s*(?:default\s+)?(?:\{[^}]*\}|[\w$]+)\s*;?\s*$/gm, '');
}

function checkEnds(end: SandboxEnd): readonly CheckEnd[] | string {
  if (end.kind === 'stopped') return [`stopped (${end.reason}): ${end.message}`, ...end.scriptErrors].join('; ');
  return end.value as readonly CheckEnd[];
}
