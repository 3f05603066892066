/** `experiment <name>`: runs it, or goes on where it stopped, and prints the report. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { systemClock } from '@ratchet/core';
import {
  buildSummary,
  countUnits,
  createScorer,
  estimateRun,
  type Manifest,
  openResultsFolder,
  runExperiment,
  type Summary,
  terminalReport,
  worstCostUsd,
} from '@ratchet/harness';
import type { ProviderName } from '../compose.ts';
import { composeTracing } from '../compose-tracing.ts';
import { exitCodes } from '../exit-codes.ts';
import { type ExperimentThreads, experimentThreads } from '../experiment-threads.ts';
import { isExperimentFile, type PreparedExperiment, prepareExperiment } from '../prepare-experiment.ts';
import { fromRoot, projectRoot, resultsRoot } from '../project-folders.ts';
import { manifestOf } from '../run-manifest.ts';
import type { Output } from '../terminal/output.ts';
import { progressLine } from '../terminal/progress-line.ts';
import type { TracingSetting } from '../tracing-setting.ts';
import { wallClock } from '../wall-clock.ts';
import { writeReports } from '../write-reports.ts';
import { estimateText } from './estimate-text.ts';

export interface RunExperimentWords {
  readonly name: string;
  readonly provider?: ProviderName;
  readonly models?: string;
  readonly record?: string;
  readonly cassette?: string;
  readonly cache?: string;
  readonly cacheRepeats?: boolean;
  readonly data?: string;
  readonly heldoutData?: string;
  readonly scenario?: string;
  readonly policies?: readonly string[];
  readonly generations?: number;
  readonly seeds?: number;
  readonly limit?: number;
  readonly filter?: string;
  readonly concurrency: number;
  /** By default as many as the machine has processors. */
  readonly threads?: number;
  readonly budgetUsd?: number;
  readonly dryRun: boolean;
  readonly fresh: boolean;
  readonly json: boolean;
  readonly run?: string;
  /** By default true. */
  readonly trace?: boolean;
  /** Whether traces keep prompts and answers; by default those of live models. */
  readonly content?: boolean;
}

export async function runExperimentCommand(words: RunExperimentWords, output: Output): Promise<number> {
  output.note(`ratchet: experiment ${words.name}`);
  const prepared = await prepareExperiment(words);
  for (const note of prepared.live?.notes ?? []) output.note(note);
  if (words.dryRun) {
    const estimate = estimateRun(prepared.plan, prepared.world);
    output.result(words.json ? JSON.stringify(estimate, null, 2) : estimateText(prepared.plan, prepared.world, estimate));
    await prepared.live?.close();
    return exitCodes.ok;
  }
  if (prepared.live !== undefined) noteCost(prepared, words, output);
  const { summary, end, directory } = await runAndReport(prepared, words, output);
  output.result(words.json ? JSON.stringify(summary, null, 2) : terminalReport(summary, output.paint));
  if (!words.json) output.result(`Report: ${relative(process.env['INIT_CWD'] ?? process.cwd(), join(directory, 'report.html'))}\n`);
  if (end === 'budget') output.error(`Stopped at the budget of $${words.budgetUsd}. The same command with a larger --budget-usd goes on from here.`);
  if (end === 'interrupted') output.error('Interrupted. The same command goes on from here.');
  if (end === 'budget') return exitCodes.budget;
  if (end === 'interrupted') return exitCodes.interrupted;
  return summary.trials.failed + summary.trials.unscored > allowedErrors(prepared) ? exitCodes.execution : exitCodes.ok;
}

/** Before anything is paid. */
function noteCost({ plan, world }: PreparedExperiment, { budgetUsd }: RunExperimentWords, output: Output): void {
  const { low, expected, worst } = estimateRun(plan, world);
  const most = budgetUsd === undefined ? 'there is no limit (--budget-usd sets one)' : `no more than $${budgetUsd} are spent`;
  output.note(
    `live: ${expected.calls.toLocaleString('en')} calls are expected to cost $${expected.costUsd.toFixed(2)} ($${low.costUsd.toFixed(2)} to $${worst.costUsd.toFixed(2)}); ${most}`,
  );
}

/** Faults that the experiment's own gate tolerates are no reason to fail. */
function allowedErrors({ plan }: PreparedExperiment): number {
  return Math.max(0, ...plan.experiment.gate.map((rule) => (rule.kind === 'errors' ? rule.most : 0)));
}

/** Less is done sooner than threads are ready for it; unless they are asked for. */
const fewestUnitsForThreads = 40_000;

/** None where executing costs something, or a scorer of the user's runs, which may keep a state. */
function startThreads({ plan, world }: PreparedExperiment, words: RunExperimentWords, tracing: TracingSetting): ExperimentThreads | undefined {
  const count = words.threads ?? availableParallelism();
  // Live calls and those that are replayed are counted, priced and kept in one place.
  const free = world.evidence === 'simulated' || world.knownOutcome !== undefined;
  if (count < 2 || !free || words.budgetUsd !== undefined || plan.scenario.file.scorer.kind === 'module') return undefined;
  if (words.threads === undefined && countUnits(plan, world.knownOutcome === undefined) < fewestUnitsForThreads) return undefined;
  return experimentThreads({ words, planId: plan.id, concurrency: words.concurrency, tracing }, count);
}

async function runAndReport(
  { plan, world, answersFrom, live }: PreparedExperiment,
  words: RunExperimentWords,
  output: Output,
): Promise<{ summary: Summary; end: Manifest['state']; directory: string }> {
  const directory = join(resultsRoot(), plan.experiment.name, words.run ?? plan.id);
  const clock = systemClock();
  const run = words.run ?? plan.id;
  const traced = {
    name: join(plan.experiment.name, run),
    experiment: plan.experiment.name,
    run,
    contentByDefault: world.evidence === 'live',
    unique: `${plan.experiment.name}-${run}-${process.pid}-${wallClock().getTime()}`.replace(/[^\w.-]/g, '_'),
  };
  const tracing = composeTracing(traced, words, output);
  const scorer = await createScorer(plan.scenario);
  const folder = openResultsFolder(
    directory,
    manifestOf(plan, {
      experiment: isExperimentFile(words.name) ? fromRoot(words.name) : words.name,
      provider: words.provider ?? null,
      data: words.data === undefined ? null : fromRoot(words.data),
      heldoutData: words.heldoutData === undefined ? null : fromRoot(words.heldoutData),
      scenario: words.scenario === undefined ? null : fromRoot(words.scenario),
      limit: words.limit ?? null,
      filter: words.filter ?? null,
      budgetUsd: words.budgetUsd ?? null,
      answersFrom: answersFrom ?? null,
    }),
    { fresh: words.fresh },
  );
  live?.begin(directory, words.fresh);
  const begun = clock.now();
  const before = folder.manifest.durationMs;
  const spent = () => before + (clock.now() - begun);
  if (folder.trials.size + folder.profiles.size > 0) {
    output.note(
      `ratchet: going on with ${relative(projectRoot, directory)} (${folder.profiles.size} profiles and ${folder.trials.size} trials are there; --fresh starts anew)`,
    );
  }
  const interrupt = new AbortController();
  const threads = startThreads({ plan, world }, words, tracing.setting);
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    output.error('\nStopping after the trials under way; once more to stop at once.');
    interrupt.abort(new Error('interrupted'));
    threads?.interrupt();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const progress = progressLine(output, clock);
  try {
    const wasComplete = folder.manifest.state === 'complete' && existsSync(join(directory, 'summary.json'));
    const ran = await runExperiment(plan, {
      world,
      scorer,
      tracer: tracing.tracer,
      trials: folder.trials,
      profiles: folder.profiles,
      concurrency: words.concurrency,
      progress,
      signal: interrupt.signal,
      ...(threads === undefined ? {} : { helpers: threads }),
      ...(words.budgetUsd === undefined || world.keepsBudget
        ? {}
        : { budgetUsd: words.budgetUsd, worstCostUsd: (task) => worstCostUsd(task, plan.scenario.arms, world) }),
    });
    const durationMs = wasComplete ? before : Math.round(spent());
    const summary = buildSummary(plan, ran, { name: run, evidence: world.evidence, startedAt: folder.manifest.startedAt, durationMs });
    await writeReports(folder, { plan, run: ran }, summary);
    folder.update({ state: ran.end, durationMs });
    tracing.report({ plan, trials: ran.trials, summary, manifest: folder.manifest });
    return { summary, end: ran.end, directory };
  } catch (error) {
    folder.update({ durationMs: Math.round(spent()) });
    throw error;
  } finally {
    progress.end();
    folder.close();
    threads?.close();
    scorer.close();
    await live?.close();
    await tracing.finish();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
