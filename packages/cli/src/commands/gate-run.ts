/** `experiment gate`: whether a run passes the gates of its experiment, and is no worse than the committed reference. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import {
  configError,
  gateMarkdown,
  type JudgedGate,
  type JudgedRun,
  judgeRegression,
  readManifest,
  readTaskOutcomes,
  whyNotComparable,
} from '@ratchet/harness';
import { exitCodes } from '../exit-codes.ts';
import { projectRoot, resultsRoot } from '../project-folders.ts';
import { readSummary } from '../read-summary.ts';
import type { Output } from '../terminal/output.ts';
import { findRun } from './inspect-runs.ts';

export interface GateWords {
  readonly run: string;
  /** A run, or `none`; by default the run named `reference` of the same experiment, where there is one. */
  readonly reference?: string;
  readonly markdown: boolean;
  readonly json: boolean;
}

const listedTasks = 20;

export function gateRunCommand(words: GateWords, output: Output): number {
  const directory = findRun(words.run);
  const summary = readSummary(directory);
  const against = againstReference(directory, summary.experiment, words.reference);
  const checks = [...summary.gate.checks, ...against.checks];
  const judged: JudgedGate = { gate: { passed: checks.every(({ passed }) => passed), checks }, reference: against.note };
  if (words.json) output.result(JSON.stringify({ ...judged.gate, reference: judged.reference }, null, 2));
  else if (words.markdown) output.result(gateMarkdown(summary, judged));
  else printGate(judged, output);
  return judged.gate.passed ? exitCodes.ok : exitCodes.gateFailed;
}

function printGate({ gate, reference }: JudgedGate, output: Output): void {
  for (const { name, passed, detail, tasks = [] } of gate.checks) {
    output.result(`${passed ? output.paint.green('passed') : output.paint.red('FAILED')}  ${name}: ${detail}`);
    if (tasks.length > 0)
      output.result(
        `        Lost tasks: ${tasks.slice(0, listedTasks).join(', ')}${tasks.length > listedTasks ? `, and ${tasks.length - listedTasks} more` : ''}`,
      );
  }
  output.result(reference);
}

/** Runs of another protocol are not judged by the reference, unless it was named: then that is a mistake. */
function againstReference(
  directory: string,
  experiment: string,
  named: string | undefined,
): Pick<JudgedRun['summary']['gate'], 'checks'> & { readonly note: string } {
  const reference = named === 'none' ? undefined : named === undefined ? committedReference(experiment) : findRun(named);
  if (reference === undefined || resolve(reference) === resolve(directory)) return { checks: [], note: 'Not compared with a reference run.' };
  const name = relative(projectRoot, reference);
  const why = whyNotComparable(readManifest(directory), readManifest(reference));
  if (why === undefined) return { checks: [...judgeRegression(judgedRun(directory), judgedRun(reference))], note: `Compared with ${name}.` };
  if (named !== undefined) throw configError(reference, `${directory} cannot be judged by it: ${why}`);
  return { checks: [], note: `Not compared with ${name}: ${why}.` };
}

function committedReference(experiment: string): string | undefined {
  const candidates = [join(resultsRoot(), experiment, 'reference'), join(projectRoot, 'results', experiment, 'reference')];
  return candidates.find((directory) => existsSync(join(directory, 'summary.json')) && existsSync(join(directory, 'manifest.json')));
}

function judgedRun(directory: string): JudgedRun {
  const file = join(directory, 'tasks.csv');
  return { summary: readSummary(directory), tasks: existsSync(file) ? readTaskOutcomes(readFileSync(file, 'utf8'), file) : null };
}
