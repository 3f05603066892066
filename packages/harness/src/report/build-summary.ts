/** Builds the summary of a run from its trials: means with intervals, paired comparisons, generations, gate. */
import { type Arm, armId, modelsOf, parametersOf, parseArmId, seededRandom } from '@ratchet/core';
import { clusteredBootstrap, type ExpectedValue, executionPrice, groupByCluster, outcomeUtility, type UtilityScale } from '@ratchet/learning';
import type { ExperimentPlan } from '../experiment/experiment-plan.ts';
import type { TuningRecord } from '../experiment/piece-result.ts';
import { expectedUtility } from '../experiment/profiles.ts';
import type { ExperimentRun } from '../experiment/run-experiment.ts';
import { splitTasks } from '../experiment/split.ts';
import type { Phase, TrialRecord } from '../experiment/trial.ts';
import type { World } from '../experiment/world.ts';
import { leftOutWarning } from '../scenario/held-out-data.ts';
import { compareAll } from './compare-policies.ts';
import { judgeGate } from './judge-gate.ts';
import { type MeasuredTrial, policyUtility } from './measured-trial.ts';
import type { ArmPoint, Comparison, DecisionCell, Estimate, GenerationRow, Metrics, Summary } from './summary.ts';

export interface RunFacts {
  /** The run's name: its folder. */
  readonly name: string;
  readonly evidence: World['evidence'];
  readonly startedAt: string;
  readonly durationMs: number;
}

/** Pure: equal runs give equal summaries, but for the facts' times. */
export function buildSummary(plan: ExperimentPlan, run: ExperimentRun, facts: RunFacts): Summary {
  const { heldoutData } = plan.scenario;
  const measure = trialMeasure(plan, run);
  const measured = run.trials.map(measure);
  const last = plan.experiment.generations;
  const groups = groupTrials(measured);
  const heldout = (policy: string, generation: number) => groups('heldout', policy, generation);
  const finalOf = (policy: string) => heldout(policy, run.kinds.get(policy) === 'learning' ? last : 0);
  const present = plan.policies.filter((policy) => finalOf(policy).length > 0);
  const metricsOf = (trials: readonly MeasuredTrial[], label: string) => metrics(trials, plan, label);
  const policies = Object.fromEntries(
    present.map((policy) => {
      const trials = finalOf(policy);
      const learns = run.kinds.get(policy) === 'learning';
      return [
        policy,
        {
          heldout: metricsOf(trials, `${policy} final`),
          heldoutAtStart: learns ? metricsOf(heldout(policy, 0), `${policy} start`) : null,
          promoted: learns ? plan.seeds.map((seed) => trials.find(({ record }) => record.seed === seed)?.record.snapshot ?? 0) : null,
          ...sharesOf(trials),
          solved: trials.filter(({ record }) => record.quality !== null && record.quality >= 1 - 1e-9).length,
          trials: trials.length,
        },
      ];
    }),
  );
  const comparisons = compareAll(new Map(present.map((policy) => [policy, finalOf(policy)])), plan);
  const summary: Omit<Summary, 'gate'> = {
    version: 1,
    experiment: plan.experiment.name,
    run: facts.name,
    scenario: plan.scenario.name,
    title: plan.scenario.file.title,
    evidence: facts.evidence,
    complete: run.end === 'complete',
    seeds: [...plan.seeds],
    generations: last,
    startedAt: facts.startedAt,
    durationMs: facts.durationMs,
    tasks: { total: plan.tasks.length, ...meanSplitSizes(run), ...(heldoutData === undefined ? {} : { leftOut: heldoutData.leftOut.length }) },
    arms: plan.scenario.arms.length,
    trials: countTrials(run.trials),
    ...named('tasksWithErrors', tasksWithErrors(run.trials)),
    ...named('tasksNotRun', tasksNotRun(plan, run)),
    baseline: plan.baseline,
    utility: utilityTerms(plan),
    policies,
    comparisons: [...comparisons],
    shareOfPossibleGain: gainShares(policies, plan.baseline),
    expected: expectedRows(plan, comparisons),
    changedTasks: changedTasks(finalOf(plan.baseline), finalOf('learned')),
    generationRows: generationRows(groups, plan, run),
    ...(run.tuning.length === 0 ? {} : { tuning: run.tuning.map(tuningRow) }),
    decisions: decisionCells(measured, plan, run),
    armPoints: armPoints(plan, run),
    warnings: warningsOf(plan, run),
  };
  return { ...summary, gate: judgeGate(plan, summary) };
}

function trialMeasure(plan: ExperimentPlan, run: ExperimentRun): (record: TrialRecord) => MeasuredTrial {
  const prices = plan.scenario.file.utility;
  const ids = plan.scenario.arms.map(armId);
  const families = new Map(plan.tasks.map((task) => [task.id, task.family]));
  const arms = new Map<string, Arm>(plan.scenario.arms.map((arm) => [armId(arm), arm]));
  const bestUtility = new Map<string, number | null>();
  const seeds = new Map([...run.seeds].map(([seed, { scale }]) => [seed, { scale, expected: expectedUtility(run.profiles, prices, scale) }]));
  return (record) => {
    const { scale, expected } = seeds.get(record.seed) as { scale: UtilityScale; expected: ExpectedValue };
    const key = `${record.seed} ${record.task}`;
    let best = bestUtility.get(key);
    if (best === undefined) {
      const known = ids.flatMap((id) => expected(record.task, id) ?? []);
      best = known.length === 0 ? null : Math.max(...known);
      bestUtility.set(key, best);
    }
    const chosen = expected(record.task, record.arm);
    let arm = arms.get(record.arm);
    if (arm === undefined) {
      arm = parseArmId(record.arm);
      arms.set(record.arm, arm);
    }
    return {
      record,
      arm,
      family: families.get(record.task) ?? 'all',
      scale,
      utility: outcomeUtility(record, prices, scale),
      regret: best === null || chosen === undefined ? null : Math.max(0, best - chosen),
    };
  };
}

/** Curves need less precise intervals than what is compared. */
const curveResamples = 500;

function metrics(trials: readonly MeasuredTrial[], plan: ExperimentPlan, label: string, resamples?: number): Metrics {
  const interval = (metric: string, value: (trial: MeasuredTrial) => number | null): Estimate => {
    const observations = trials.flatMap((trial) => {
      const one = value(trial);
      return one === null ? [] : [{ cluster: trial.record.task, value: one }];
    });
    if (observations.length === 0) return null;
    const { estimate, low, high } = clusteredBootstrap(
      groupByCluster(observations),
      { terms: (one) => [one.value, 1], value: ([sum, count]) => sum / count },
      { random: seededRandom('interval', label).stream(metric), resamples },
    );
    return { mean: estimate, low, high };
  };
  return {
    quality: interval('quality', ({ record }) => record.quality),
    costUsd: interval('cost', ({ record }) => record.costUsd),
    latencyMs: interval('latency', ({ record }) => record.latencyMs),
    utility: policyUtility(trials, plan.scenario.file.utility, seededRandom('interval', label).stream('utility')),
    regret: interval('regret', ({ regret }) => regret),
  };
}

/** Shares of decisions by strategy and by models. */
function sharesOf(trials: readonly MeasuredTrial[]): { strategies: Record<string, number>; models: Record<string, number> } {
  return {
    strategies: shares(trials.map(({ arm }) => arm.strategy)),
    models: shares(trials.map(({ arm }) => (arm.strategy === 'collaborate' ? modelsOf(arm).join('+') : arm.model))),
  };
}

function shares(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => [name, count / names.length]));
}

function meanSplitSizes({ seeds }: ExperimentRun): { train: number; validation: number; heldout: number } {
  const all = [...seeds.values()].map(({ split }) => split);
  const mean = (name: 'train' | 'validation' | 'heldout') => (all.length === 0 ? 0 : all.reduce((sum, split) => sum + split[name].length, 0) / all.length);
  return { train: mean('train'), validation: mean('validation'), heldout: mean('heldout') };
}

function countTrials(trials: readonly TrialRecord[]): Summary['trials'] {
  const count = (status: TrialRecord['status']) => trials.filter((trial) => trial.status === status).length;
  return {
    total: trials.length,
    completed: count('completed'),
    failed: count('failed'),
    unscored: count('unscored'),
    costUsd: trials.reduce((sum, trial) => sum + (trial.costUsd ?? 0), 0),
  };
}

function named<Name extends string>(name: Name, tasks: readonly string[]): { readonly [Key in Name]?: string[] } {
  return tasks.length === 0 ? {} : ({ [name]: [...tasks] } as { [Key in Name]: string[] });
}

/** Those with most errors first. */
function tasksWithErrors(trials: readonly TrialRecord[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { status, task } of trials) if (status !== 'completed') counts.set(task, (counts.get(task) ?? 0) + 1);
  return [...counts].sort(([a, most], [b, others]) => others - most || (a < b ? -1 : 1)).map(([task]) => task);
}

/** Of a run that was stopped, in the order of the plan. */
function tasksNotRun(plan: ExperimentPlan, { end, trials, kinds }: ExperimentRun): readonly string[] {
  if (end === 'complete') return [];
  const final = (policy: string) => (kinds.get(policy) === 'learning' ? plan.experiment.generations : 0);
  const done = new Map<string, number>();
  for (const { phase, policy, generation, task, seed } of trials) {
    if (phase !== 'heldout' || generation !== final(policy)) continue;
    const key = `${policy} ${seed} ${task}`;
    done.set(key, (done.get(key) ?? 0) + 1);
  }
  const missing = new Set<string>();
  for (const seed of plan.seeds)
    for (const { id } of splitTasks(plan.tasks, plan.experiment.split, seed).heldout)
      if (plan.policies.some((policy) => (done.get(`${policy} ${seed} ${id}`) ?? 0) < plan.experiment.heldoutRepeats)) missing.add(id);
  return plan.tasks.flatMap(({ id }) => (missing.has(id) ? [id] : []));
}

function utilityTerms({ scenario, baseline }: ExperimentPlan): Summary['utility'] {
  const { cost, latency, belowFloor, margin } = scenario.file.utility;
  return {
    formula: `quality - ${cost} x cost / baseline's cost - ${latency} x latency / baseline's latency - ${belowFloor} x (points by which the policy's mean quality is below the baseline's less ${margin}); the baseline is ${baseline}, measured on the training tasks`,
    costPrice: cost,
    latencyPrice: latency,
    belowFloor,
    margin,
  };
}

function gainShares(policies: Summary['policies'], baseline: string): Record<string, number | null> {
  const base = policies[baseline]?.heldout.utility?.mean;
  const best = policies['oracle']?.heldout.utility?.mean;
  return Object.fromEntries(
    Object.entries(policies)
      .filter(([name]) => name !== baseline && name !== 'oracle')
      .map(([name, { heldout }]) => {
        const own = heldout.utility?.mean;
        const known = base !== undefined && best !== undefined && own !== undefined && best - base > 1e-9;
        return [name, known ? (own - base) / (best - base) : null];
      }),
  );
}

function expectedRows({ scenario, baseline }: ExperimentPlan, comparisons: readonly Comparison[]): Summary['expected'] {
  const { expected } = scenario.file;
  if (expected === undefined) return null;
  const relative = (metric: Comparison['metric']): number | null =>
    comparisons.find((one) => one.metric === metric && one.baseline === baseline && one.candidate === 'learned')?.relative ?? null;
  const percent = (change: number | null) => (change === null ? null : 100 * change);
  const latency = relative('latencyMs');
  const measured = {
    cost: percent(relative('costUsd')),
    speed: latency === null ? null : 100 * (1 / (1 + latency) - 1),
    quality: percent(relative('quality')),
  };
  return {
    source: expected.source,
    rows: (['cost', 'speed', 'quality'] as const).flatMap((metric) => {
      const promised = expected[metric];
      return promised === undefined ? [] : [{ metric, expected: promised, measured: measured[metric] }];
    }),
  };
}

/** Tasks whose mean quality over seeds differs. */
function changedTasks(baseline: readonly MeasuredTrial[], candidate: readonly MeasuredTrial[]): Summary['changedTasks'] {
  const means = (trials: readonly MeasuredTrial[]) => {
    const sums = new Map<string, { sum: number; count: number }>();
    for (const { record } of trials) {
      if (record.quality === null) continue;
      const entry = sums.get(record.task) ?? { sum: 0, count: 0 };
      sums.set(record.task, { sum: entry.sum + record.quality, count: entry.count + 1 });
    }
    return new Map([...sums].map(([task, { sum, count }]) => [task, sum / count]));
  };
  const before = means(baseline);
  const changes = [...means(candidate)]
    .flatMap(([task, quality]) => {
      const other = before.get(task);
      return other === undefined || Math.abs(quality - other) < 1e-9 ? [] : [{ task, change: quality - other }];
    })
    .sort((a, b) => a.change - b.change || (a.task < b.task ? -1 : 1));
  return {
    lost: changes.filter(({ change }) => change < 0).map(({ task }) => task),
    gained: changes
      .filter(({ change }) => change > 0)
      .map(({ task }) => task)
      .reverse(),
  };
}

/** Trials by phase, policy and generation, in the order of the run. */
type TrialGroups = (phase: Phase, policy: string, generation: number) => readonly MeasuredTrial[];

function groupTrials(measured: readonly MeasuredTrial[]): TrialGroups {
  const key = (phase: Phase, policy: string, generation: number) => `${phase} ${generation} ${policy}`;
  const groups = Map.groupBy(measured, ({ record }) => key(record.phase, record.policy, record.generation));
  return (phase, policy, generation) => groups.get(key(phase, policy, generation)) ?? [];
}

function generationRows(groups: TrialGroups, plan: ExperimentPlan, run: ExperimentRun): GenerationRow[] {
  const rows: GenerationRow[] = [];
  for (const policy of plan.policies.filter((name) => run.kinds.get(name) === 'learning')) {
    for (let generation = 0; generation <= plan.experiment.generations; generation++) {
      for (const phase of ['train', 'validation'] as const) {
        const trials = groups(phase, policy, generation).filter(({ record }) => phase === 'train' || record.snapshot === generation);
        if (trials.length === 0) continue;
        const verdicts = run.promotions.filter((one) => one.policy === policy && one.generation === generation);
        rows.push({
          policy,
          generation,
          phase,
          trials: trials.length,
          metrics: metrics(trials, plan, `${policy} ${phase} ${generation}`, curveResamples),
          promotedSeeds: phase === 'train' || verdicts.length === 0 ? null : verdicts.filter((verdict) => verdict.promoted).length,
          ...sharesOf(trials),
          parameters: meanParameters(trials),
        });
      }
    }
  }
  return rows;
}

function tuningRow({ seed, arms, races }: TuningRecord): NonNullable<Summary['tuning']>[number] {
  return {
    seed,
    arms: arms.map(armId),
    races: races.map(({ name, raced, rungs, kept }) => ({
      name,
      raced: [...raced],
      rungs: rungs.map((rung) => ({ ...rung, kept: [...rung.kept] })),
      kept: [...kept],
    })),
  };
}

function meanParameters(trials: readonly MeasuredTrial[]): Record<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const [arm, own] of Map.groupBy(trials, (trial) => trial.arm)) {
    for (const [name, value] of Object.entries(parametersOf(arm))) {
      const key = `${arm.strategy}.${name}`;
      const entry = sums.get(key) ?? { sum: 0, count: 0 };
      sums.set(key, { sum: entry.sum + own.length * value, count: entry.count + own.length });
    }
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { sum, count }]) => [key, sum / count]));
}

function decisionCells(measured: readonly MeasuredTrial[], plan: ExperimentPlan, run: ExperimentRun): DecisionCell[] {
  const counts = new Map<string, DecisionCell>();
  for (const { record, family } of measured) {
    if (record.phase === 'validation' || record.phase === 'tuning') continue;
    const cell = { policy: record.policy, generation: record.generation, phase: record.phase, family, strategy: record.strategy };
    const key = `${record.policy}\0${record.generation}\0${record.phase}\0${family}\0${record.strategy}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { ...cell, count: 1 });
    else known.count++;
  }
  const order = new Map(plan.policies.map((policy, index) => [policy, index]));
  return [...counts.values()]
    .filter(({ policy }) => run.kinds.has(policy))
    .sort(
      (a, b) =>
        (order.get(a.policy) ?? 0) - (order.get(b.policy) ?? 0) ||
        a.generation - b.generation ||
        a.phase.localeCompare(b.phase, 'en') ||
        a.family.localeCompare(b.family, 'en') ||
        a.strategy.localeCompare(b.strategy, 'en'),
    );
}

/** Means over the held-out tasks of all seeds. */
function armPoints(plan: ExperimentPlan, run: ExperimentRun): ArmPoint[] {
  const prices = plan.scenario.file.utility;
  const places = [...run.seeds.values()].flatMap(({ scale, split }) => split.heldout.map((task) => ({ task, scale })));
  return plan.scenario.arms.map((arm) => {
    const id = armId(arm);
    const outcomes = places.flatMap(({ task, scale }) => {
      const outcome = run.profiles.outcome(task.id, id);
      return outcome === undefined ? [] : [{ ...outcome, utility: outcome.quality === null ? null : outcome.quality - executionPrice(outcome, prices, scale) }];
    });
    const mean = (values: readonly (number | null)[]): number | null => {
      const known = values.filter((value) => value !== null);
      return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
    };
    return {
      arm: id,
      quality: mean(outcomes.map((one) => one.quality)),
      costUsd: mean(outcomes.map((one) => one.costUsd)),
      latencyMs: mean(outcomes.map((one) => one.latencyMs)),
      utility: mean(outcomes.map((one) => one.utility)),
    };
  });
}

function warningsOf(plan: ExperimentPlan, run: ExperimentRun): string[] {
  const leak = leftOutWarning(plan.scenario);
  const warnings: string[] = leak === undefined ? [] : [leak];
  const errors = run.trials.filter((trial) => trial.status !== 'completed');
  if (errors.length > 0)
    warnings.push(`${errors.length} trials have no score: ${[...new Set(errors.map((trial) => trial.error ?? trial.status))].slice(0, 3).join('; ')}`);
  const heldoutTasks = Math.min(...[...run.seeds.values()].map(({ split }) => new Set(split.heldout.map((task) => task.id)).size));
  if (heldoutTasks < 30) warnings.push(`only ${heldoutTasks} held-out tasks: bootstrap intervals of so few claim too much`);
  const { generations, judgeEvery, promotion } = plan.experiment;
  const fewest = Math.ceil(Math.log2(Math.ceil(generations / judgeEvery) / promotion.alpha));
  const judged = Math.max(0, ...[...run.seeds.values()].map(({ split }) => split.validation.length));
  if (run.promotions.length > 0 && judged < fewest) {
    warnings.push(`only ${judged} validation tasks: no gain can be proven on fewer than ${fewest}, so nothing learned was promoted`);
  }
  if (run.end !== 'complete')
    warnings.push(run.end === 'budget' ? 'the run stopped at its budget: it is incomplete' : 'the run was interrupted: it is incomplete');
  return warnings;
}
