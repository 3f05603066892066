/** Builds the summary of a run from its trials: means with intervals, paired comparisons, generations, gate. */
import { type Arm, armId, parseArmId } from '@ratchet/core';
import { type ExpectedValue, executionPrice, outcomeUtility, type UtilityScale } from '@ratchet/learning';
import type { ExperimentPlan } from '../experiment/experiment-plan.ts';
import type { TuningRecord } from '../experiment/piece-result.ts';
import { expectedUtility } from '../experiment/profiles.ts';
import type { ExperimentRun } from '../experiment/run-experiment.ts';
import type { TrialRecord } from '../experiment/trial.ts';
import type { World } from '../experiment/world.ts';
import { leftOutWarning } from '../scenario/held-out-data.ts';
import { compareAll } from './compare-policies.ts';
import { judgeGate } from './judge-gate.ts';
import type { MeasuredTrial } from './measured-trial.ts';
import type { ArmPoint, Comparison, DecisionCell, Summary } from './summary.ts';
import { generationRows, groupTrials } from './summary-generations.ts';
import { metrics, sharesOf } from './summary-metrics.ts';
import { changedTasks, tasksNotRun, tasksWithErrors } from './summary-tasks.ts';

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
