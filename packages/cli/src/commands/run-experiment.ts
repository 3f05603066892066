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
  type JudgeAgreement,
  type Manifest,
  openResultsFolder,
  runExperiment,
  type Summary,
  terminalReport,
  worstCostUsd,
} from '@ratchet/harness';
import type { ProviderName } from '../compose.ts';
import { composeTracing, type Tracing } from '../compose-tracing.ts';
import type { ExperimentCoordinator } from '../coordinate-experiment.ts';
import { exitCodes } from '../exit-codes.ts';
import { type ExperimentThreads, experimentThreads } from '../experiment-threads.ts';
import { isExperimentFile, type PreparedExperiment, prepareExperiment } from '../prepare-experiment.ts';
import { fromRoot, projectRoot, resultsRoot } from '../project-folders.ts';
import { manifestOf } from '../run-manifest.ts';
import type { Sharing } from '../share-run.ts';
import { liveRun } from '../terminal/live-run.ts';
import type { Output } from '../terminal/output.ts';
import { tellingParent } from '../terminal/parent-progress.ts';
import { progressLines } from '../terminal/progress-lines.ts';
import { isTraced, type Traced } from '../tracing-setting.ts';
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
  readonly judgeBudgetUsd?: number;
  readonly dryRun: boolean;
  readonly fresh: boolean;
  readonly json: boolean;
  readonly run?: string;
  /** By default true. */
  readonly trace?: boolean;
  /** Has workers on other machines run it, besides as many threads here as `threads` says, by default none. */
  readonly workers?: boolean;
  /** Where workers look; by default DATABASE_URL. */
  readonly databaseUrl?: string;
  /** Whether traces keep prompts and answers; by default those of live models. */
  readonly content?: boolean;
}

export async function runExperimentCommand(words: RunExperimentWords, output: Output): Promise<number> {
  output.note(`ratchet: experiment ${words.name}`);
  // What talks to databases is loaded by runs that need one.
  const sharing = words.workers === true && !words.dryRun ? await (await import('../share-run.ts')).openSharing(words, output) : undefined;
  try {
    return await prepareAndRun(words, sharing, output);
  } finally {
    await sharing?.queue.close();
  }
}

async function prepareAndRun(words: RunExperimentWords, sharing: Sharing | undefined, output: Output): Promise<number> {
  const prepared = await prepareExperiment(words, sharing?.limits);
  if (words.workers === true) (await import('../share-run.ts')).requireShareable(prepared, words);
  for (const note of prepared.live?.notes ?? []) output.note(note);
  if (words.dryRun) {
    const estimate = estimateRun(prepared.plan, prepared.world);
    output.result(words.json ? JSON.stringify(estimate, null, 2) : estimateText(prepared.plan, prepared.world, estimate));
    await prepared.live?.close();
    return exitCodes.ok;
  }
  if (prepared.live !== undefined) noteCost(prepared, words, output);
  const tracing = composeTracing(tracedOf(prepared, words), { ...words, pace: 'beside' }, output);
  try {
    return await runAndShow(prepared, { ...words, tracing, ...(sharing === undefined ? {} : { sharing }) }, output);
  } finally {
    // What there is to see has been shown.
    await tracing.finish();
  }
}

type TracedWords = RunExperimentWords & { readonly tracing: Tracing; readonly sharing?: Sharing };

async function runAndShow(prepared: PreparedExperiment, words: TracedWords, output: Output): Promise<number> {
  const { summary, end, directory } = await runAndReport(prepared, words, output);
  output.result(words.json ? JSON.stringify(summary, null, 2) : terminalReport(summary, output.paint));
  if (!words.json) output.result(`Report: ${relative(process.env['INIT_CWD'] ?? process.cwd(), join(directory, 'report.html'))}\n`);
  if (end === 'budget')
    output.error(
      `Stopped at the budget${words.budgetUsd === undefined ? ' of the judge' : ` of $${words.budgetUsd}`}. The same command with a larger ${words.judgeBudgetUsd === undefined ? '' : '--judge-budget-usd or '}--budget-usd goes on from here.`,
    );
  if (end === 'interrupted') output.error('Interrupted. The same command goes on from here.');
  if (end === 'budget') return exitCodes.budget;
  if (end === 'interrupted') return exitCodes.interrupted;
  const { failed, unscored } = summary.trials;
  if (failed + unscored <= allowedErrors(prepared)) return exitCodes.ok;
  output.error(`${failed} trials have no answer, ${unscored} no score: \`pnpm ratchet traces ${summary.experiment}/${summary.run}\` shows which, and why.`);
  return exitCodes.execution;
}

function tracedOf({ plan, world }: PreparedExperiment, words: RunExperimentWords): Traced {
  const experiment = plan.experiment.name;
  const run = words.run ?? plan.id;
  return {
    name: join(experiment, run),
    experiment,
    run,
    contentByDefault: world.evidence === 'live',
    freeTrials: world.evidence === 'live' ? 0 : countUnits(plan, false),
    unique: `${experiment}-${run}-${process.pid}-${wallClock().getTime()}`.replace(/[^\w.-]/g, '_'),
  };
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

/** None where executing costs something, or a scorer of the user's runs, which may keep a state, or a model judges, whose judgements are kept in one place. */
function startThreads({ plan, world }: PreparedExperiment, words: TracedWords): ExperimentThreads | undefined {
  const count = words.threads ?? availableParallelism();
  // Live calls and those that are replayed are counted, priced and kept in one place.
  const free = world.evidence === 'simulated' || world.knownOutcome !== undefined;
  if (count < 2 || !free || words.budgetUsd !== undefined || ['module', 'judge'].includes(plan.scenario.file.scorer.kind)) return undefined;
  if (words.threads === undefined && countUnits(plan, world.knownOutcome === undefined) < fewestUnitsForThreads) return undefined;
  const { tracing, sharing: _none, ...plain } = words;
  return experimentThreads({ words: plain, planId: plan.id, concurrency: words.concurrency, tracing: tracing.setting, writers: 'thread' }, count);
}

/** Its cost is no cost of an arm, and how far it agrees with programs is no score. */
function noteJudge(agreement: JudgeAgreement | undefined, judgedUsd: number, output: Output): void {
  if (judgedUsd > 0) output.note(`judge: its calls cost $${judgedUsd.toFixed(4)}, which is in no arm's cost`);
  if (agreement === undefined) return;
  const { pairs, agreement: share, kappa, meanDifference, meanAbsoluteDifference } = agreement;
  output.note(
    `judge: on ${pairs} answers it agrees with the check on ${(100 * share).toFixed(0)}%, kappa ${kappa === null ? 'not defined' : kappa.toFixed(2)}; it gives ${meanDifference < 0 ? '' : '+'}${meanDifference.toFixed(3)} on average, ${meanAbsoluteDifference.toFixed(3)} off`,
  );
}

async function runAndReport(
  prepared: PreparedExperiment,
  words: TracedWords,
  output: Output,
): Promise<{ summary: Summary; end: Manifest['state']; directory: string }> {
  const { plan, world, answersFrom, live } = prepared;
  const directory = join(resultsRoot(), plan.experiment.name, words.run ?? plan.id);
  const clock = systemClock();
  const run = words.run ?? plan.id;
  const { tracing } = words;
  const scorer = await createScorer(plan.scenario, 'beside', world.judges);
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
  const { sharing } = words;
  let coordinator: ExperimentCoordinator | undefined;
  const threads = sharing === undefined ? startThreads(prepared, words) : undefined;
  let complete = false;
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    output.error(
      `Stopping after the trials under way${sharing === undefined ? '' : '; workers are told, and what they found is kept'}; once more to stop at once.`,
    );
    interrupt.abort(new Error('interrupted'));
    (coordinator ?? threads)?.interrupt();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const shown = output.live
    ? liveRun({ title: plan.experiment.name, generations: plan.experiment.generations, rows: 'policies' }, { output, clock })
    : progressLines(output, clock);
  const progress = tellingParent(shown, clock);
  try {
    if (sharing !== undefined) coordinator = await (await import('../share-run.ts')).shareRun(prepared, words, { ...sharing, folder, run, output });
    const helpers = coordinator ?? threads;
    const wasComplete = folder.manifest.state === 'complete' && existsSync(join(directory, 'summary.json'));
    const ran = await runExperiment(plan, {
      world,
      scorer,
      tracer: tracing.tracer,
      traced: isTraced(tracing.setting),
      trials: folder.trials,
      profiles: folder.profiles,
      concurrency: words.concurrency,
      progress,
      signal: interrupt.signal,
      ...(helpers === undefined ? {} : { helpers }),
      ...(words.budgetUsd === undefined || world.keepsBudget
        ? {}
        : { budgetUsd: words.budgetUsd, worstCostUsd: (task) => worstCostUsd(task, plan.scenario.arms, world) }),
    });
    complete = ran.end === 'complete';
    const durationMs = wasComplete ? before : Math.round(spent());
    const summary = buildSummary(plan, ran, { name: run, evidence: world.evidence, startedAt: folder.manifest.startedAt, durationMs });
    await writeReports(folder, { plan, run: ran }, summary);
    folder.update({ state: ran.end, durationMs });
    noteJudge(scorer.agreement?.(), live?.judgedUsd() ?? 0, output);
    tracing.report({ plan, trials: ran.trials, summary, manifest: folder.manifest });
    return { summary, end: ran.end, directory };
  } catch (error) {
    folder.update({ durationMs: Math.round(spent()) });
    throw error;
  } finally {
    progress.end();
    folder.close();
    threads?.close();
    await coordinator?.close(complete);
    scorer.close();
    await live?.close();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
