/** `experiment compare`, `report`: what finished runs say. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildSummary, configError, type ExperimentPlan, openResultsFolder, readManifest, runExperiment, type Summary, terminalReport } from '@ratchet/harness';
import { composeTracing } from '../compose-tracing.ts';
import { exitCodes } from '../exit-codes.ts';
import { prepareRun } from '../prepare-run.ts';
import { fromHere, resultsRoot } from '../project-folders.ts';
import { readEnvironment } from '../read-environment.ts';
import { readSummary } from '../read-summary.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../usage-error.ts';
import { wallClock } from '../wall-clock.ts';
import type { ReportedRun } from '../weave-report.ts';
import { writeReports } from '../write-reports.ts';

/** A run is a folder, `experiment/run`, or the name of a run of any experiment. Throws a `ConfigError` that lists what there is. */
export function findRun(name: string): string {
  const candidates = [fromHere(name), join(resultsRoot(), name), ...experimentsWithResults().map((experiment) => join(resultsRoot(), experiment, name))];
  const found = candidates.find((directory) => existsSync(join(directory, 'summary.json')) || existsSync(join(directory, 'manifest.json')));
  if (found === undefined) {
    const known = experimentsWithResults().flatMap((experiment) => readdirSync(join(resultsRoot(), experiment)).map((run) => `${experiment}/${run}`));
    throw configError(name, `there is no such run.${known.length === 0 ? ' Nothing has been run yet' : ` Runs: ${known.slice(0, 20).join(', ')}`}`);
  }
  return found;
}

function experimentsWithResults(): readonly string[] {
  if (!existsSync(resultsRoot())) return [];
  return readdirSync(resultsRoot(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

export interface ReportWords {
  readonly json: boolean;
  /** Also tells W&B Weave of the run. */
  readonly to?: 'weave';
  readonly content?: boolean;
}

/** Rebuilds every report of a run from its log alone: nothing is executed. */
export async function reportRunCommand(name: string, words: ReportWords, output: Output): Promise<number> {
  const directory = findRun(name);
  const { json, to } = words;
  const hasLog = existsSync(join(directory, 'trials.jsonl'));
  if (to === 'weave' && !hasLog) throw configError(directory, 'the run has no trials.jsonl, from which Weave would be told');
  // Said before a minute's work, not after it.
  if (to === 'weave' && readEnvironment()['WEAVE_PROJECT'] === undefined)
    throw new UsageError('set WEAVE_PROJECT to entity/project first (docs/observability.md)');
  const rebuilt = hasLog ? await rebuild(directory) : undefined;
  const summary = rebuilt?.summary ?? readSummary(directory);
  if (to === 'weave' && rebuilt !== undefined) await tellWeave(rebuilt, words, output);
  output.result(json ? JSON.stringify(summary, null, 2) : terminalReport(summary, output.paint));
  return exitCodes.ok;
}

/** Ends when Weave has it all, or says what waits. */
async function tellWeave(run: Omit<ReportedRun, 'content'>, { content }: ReportWords, output: Output): Promise<void> {
  const { experiment, run: name, evidence } = run.summary;
  const unique = `report-${process.pid}-${wallClock().getTime()}`;
  const traced = { name: join('reports', experiment, name), experiment, run: name, contentByDefault: evidence === 'live', unique };
  const tracing = composeTracing(traced, { fresh: false, pace: 'only', ...(content === undefined ? {} : { content }) }, output);
  tracing.report(run);
  await tracing.finish();
}

async function rebuild(directory: string): Promise<Omit<ReportedRun, 'content'> & { readonly summary: Summary }> {
  const manifest = readManifest(directory);
  const { plan, world } = await prepareRun(manifest);
  requireSamePlan(directory, plan, manifest.planId);
  const folder = openResultsFolder(
    directory,
    { experiment: manifest.experiment, planId: manifest.planId, startedAt: manifest.startedAt, facts: manifest.facts },
    { fresh: false },
  );
  const nothing = new AbortController();
  nothing.abort(new Error('the log ends here'));
  try {
    const run = await runExperiment(plan, {
      world,
      // Aborted from the start: what is not in the log is not run.
      signal: nothing.signal,
      scorer: { score: () => null, close: () => undefined },
      trials: folder.trials,
      profiles: folder.profiles,
      concurrency: 1,
      progress: { begin: () => undefined, advance: () => undefined },
    });
    const end = run.end === 'complete' ? 'complete' : manifest.state === 'budget' ? 'budget' : 'interrupted';
    const name = directory.split(/[\\/]/).at(-1) as string;
    const summary = buildSummary(plan, { ...run, end }, { name, evidence: world.evidence, startedAt: manifest.startedAt, durationMs: manifest.durationMs });
    await writeReports(folder, { plan, run }, summary);
    return { plan, trials: run.trials, summary, manifest };
  } finally {
    folder.close();
  }
}

function requireSamePlan(directory: string, plan: ExperimentPlan, planId: string): void {
  if (plan.id === planId) return;
  throw configError(
    directory,
    `the experiment, the scenario, its data or the prompts have changed since this run (plan ${planId}, now ${plan.id}): its report cannot be rebuilt from them`,
  );
}

export function compareRunsCommand(first: string, second: string, json: boolean, output: Output): number {
  const [a, b] = [readSummary(findRun(first)), readSummary(findRun(second))];
  const rows = Object.keys(a.policies)
    .filter((policy) => policy in b.policies)
    .flatMap((policy) =>
      (['quality', 'costUsd', 'latencyMs', 'utility', 'regret'] as const).flatMap((metric) => {
        const [before, after] = [a.policies[policy]?.heldout[metric], b.policies[policy]?.heldout[metric]];
        if (before === null || before === undefined || after === null || after === undefined) return [];
        return [{ policy, metric, a: before, b: after, delta: after.mean - before.mean, apart: before.high < after.low || after.high < before.low }];
      }),
    );
  if (json) {
    output.result(JSON.stringify({ a: a.run, b: b.run, rows }, null, 2));
    return exitCodes.ok;
  }
  if (a.scenario !== b.scenario) output.note(`The runs are of different scenarios: ${a.scenario} and ${b.scenario}.`);
  output.result(`A = ${a.experiment}/${a.run}, B = ${b.experiment}/${b.run}; ~ where the 95% intervals overlap.`);
  for (const row of rows) {
    const text = (estimate: { mean: number; low: number; high: number }) => `${short(estimate.mean)} [${short(estimate.low)}, ${short(estimate.high)}]`;
    output.result(
      `${row.policy.padEnd(16)} ${row.metric.padEnd(10)} A ${text(row.a).padEnd(30)} B ${text(row.b).padEnd(30)} B - A ${short(row.delta)}${row.apart ? '' : ' ~'}`,
    );
  }
  return exitCodes.ok;
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
