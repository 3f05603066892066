/** `explain "request"`: what a trained policy makes of a request: every arm's prospects, and why it takes the one it takes. */
import { analyze, modelsOf, parseArmId, seededRandom } from '@ratchet/core';
import { learningTask } from '@ratchet/harness';
import {
  type ConformalInterval,
  type DecisionExplanation,
  decisionReason,
  explainDecision,
  type LearnedExplanation,
  type LearningTask,
  learnedLearner,
  type MetricPrediction,
} from '@ratchet/learning';
import { exitCodes } from '../exit-codes.ts';
import { loadTask } from '../learned-task.ts';
import { fromHere } from '../project-folders.ts';
import { loadSnapshot, logSnapshots, requireArms, type SnapshotPlace, scenarioSnapshots } from '../snapshot-files.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../usage-error.ts';
import { loadNamedScenario } from './inspect-experiments.ts';
import { scenarioPathOf } from './train.ts';

export interface ExplainWords {
  readonly request: string;
  readonly scenario: string;
  /** Of what was learned from a log; it takes the place of the scenario. */
  readonly name?: string;
  readonly data?: string;
  readonly generation: number;
  readonly coverage: number;
  readonly json: boolean;
}

export function explainCommand(words: ExplainWords, output: Output): number {
  if (words.request.trim() === '') throw new UsageError('there is no request to explain');
  const { task, place } = trainedOn(words);
  const snapshot = loadSnapshot(place, words.generation, output);
  requireArms(snapshot, task, place);
  const state = learnedLearner(task).restore(snapshot.state);
  const analysis = analyze({ id: 'explain', text: words.request });
  const explanation = explainDecision(state, { analysis, task, random: seededRandom('explain') }, words.coverage);
  const reason = decisionReason(explanation, task);
  const shares = { strategies: sharesBy(explanation, strategyOf), models: sharesBy(explanation, modelsOfArm) };
  if (words.json) {
    const { chosen, learned, exploring } = explanation;
    output.result(
      JSON.stringify(
        {
          request: words.request,
          trainedOn: place.name,
          generation: snapshot.generation,
          chosen,
          reason,
          coverage: words.coverage,
          exploring,
          ...shares,
          objective: task.objective,
          learned,
        },
        null,
        2,
      ),
    );
  } else {
    output.result(
      [
        `${explanation.chosen}: ${reason}`,
        ...(explanation.learned === null ? [] : ['', ...armTable(explanation.learned, words.coverage), '', ...limitLines(explanation.learned, task)]),
        '',
        `strategy selector, while exploring: ${sharesText(shares.strategies)}`,
        `model selector, while exploring: ${sharesText(shares.models)}`,
      ].join('\n'),
    );
    output.note(
      `\n${place.name}, generation ${snapshot.generation}, ${analysis.chunks.length} chunk${analysis.chunks.length === 1 ? '' : 's'}; exploring is what training does, serving takes the arm named first`,
    );
  }
  return exitCodes.ok;
}

function trainedOn({ name, scenario: named, data }: ExplainWords): { readonly task: LearningTask; readonly place: SnapshotPlace } {
  if (name !== undefined) {
    const place = logSnapshots(name);
    return { task: loadTask(place.directory, name), place };
  }
  const scenario = loadNamedScenario(scenarioPathOf(named), data === undefined ? undefined : fromHere(data));
  return { task: learningTask(scenario), place: scenarioSnapshots(scenario) };
}

function strategyOf(armId: string): string {
  return parseArmId(armId).strategy;
}

function modelsOfArm(armId: string): string {
  return modelsOf(parseArmId(armId)).join('+');
}

type Shares = Readonly<Record<string, number>>;

/** Probability while exploring, the most first. */
function sharesBy({ exploring }: DecisionExplanation, groupOf: (armId: string) => string): Shares {
  const shares = new Map<string, number>();
  for (const { armId, propensity } of exploring) shares.set(groupOf(armId), (shares.get(groupOf(armId)) ?? 0) + propensity);
  return Object.fromEntries([...shares].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}

function sharesText(shares: Shares): string {
  return Object.entries(shares)
    .map(([name, share]) => `${name} ${percent(share)}`)
    .join(', ');
}

function armTable({ arms }: LearnedExplanation, coverage: number): readonly string[] {
  const usd = (value: number) => `$${value.toPrecision(2)}`;
  const seconds = (value: number) => `${(value / 1000).toFixed(1)} s`;
  const range = (interval: ConformalInterval, text: (value: number) => string): string => {
    switch (interval.kind) {
      case 'interval':
        return `${text(interval.low)} to ${text(interval.high)}`;
      case 'lower-bound':
        return `from ${text(interval.low)}`;
      case 'unknown':
        return 'too few outcomes';
      default:
        return interval satisfies never;
    }
  };
  const metric = (prediction: MetricPrediction | null, text: (value: number) => string) =>
    prediction === null ? 'unknown' : `${text(prediction.expected)} (${range(prediction.interval, text)})`;
  const points = (value: number) => value.toFixed(2);
  const allEligible = arms.every(({ eligible }) => eligible);
  const rows = arms.map(({ armId, quality, costUsd, latencyMs, price, value, inTime, eligible, probability }) => [
    armId,
    `${points(quality.expected)} ± ${points(quality.sd)} (${range(quality.interval, points)})`,
    metric(costUsd, usd),
    metric(latencyMs, seconds),
    price.toPrecision(2),
    value.toFixed(3),
    percent(probability),
    ...(inTime === null ? [] : [inTime ? 'yes' : 'no']),
    ...(allEligible ? [] : [eligible ? 'yes' : 'no']),
  ]);
  const hasDeadline = arms.some(({ inTime }) => inTime !== null);
  const titles = ['arm', `quality (${percent(coverage)} of answers)`, 'cost', 'latency', 'price', 'value', 'exploring'];
  const header = [...titles, ...(hasDeadline ? ['in time'] : []), ...(allEligible ? [] : ['may serve'])];
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] as string).length)));
  return [header, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd(),
  );
}

function limitLines({ tradeOff, priceOfQuality, reference }: LearnedExplanation, { objective }: LearningTask): readonly string[] {
  const quality = `${tradeOff.quality.toFixed(3)} on the mean of the requests learned from`;
  switch (objective.kind) {
    case 'weighted':
      return [`no floor and no budget; quality is estimated as ${quality}`];
    case 'budget':
      return [
        `budget: $${objective.usdPerRequest} a request; expected is $${(tradeOff.price * objective.usdPerRequest).toPrecision(3)}: ${tradeOff.reached ? 'kept' : 'not kept by any policy'} (quality ${quality}; dual price of the budget ${priceOfQuality.toPrecision(3)})`,
      ];
    case 'constrained':
      return [
        `floor (${objective.floor.kind}${objective.floor.kind === 'best-arm' ? `, ${reference}` : ''}): quality ${quality}, the floor is ${(tradeOff.floor as number).toFixed(3)}, standard error of the difference ${tradeOff.standardError.toFixed(3)}: ${tradeOff.reached ? 'met' : 'not met'}`,
        objective.deadlineMs === undefined ? 'deadline: none' : `deadline: the 90th percentile of latency within ${objective.deadlineMs / 1000} s`,
      ];
    default:
      return objective satisfies never;
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;
}
