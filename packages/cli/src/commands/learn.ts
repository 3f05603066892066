/** `learn --log FILE`: learns from a user's own log of outcomes, and saves the policy. */
import { basename } from 'node:path';
import { type Analysis, type Arm, analyze, armId, parseArmId } from '@ratchet/core';
import { ConfigError, configError, type LoggedLine, learningTask, readLoggedOutcomes, readYamlFile } from '@ratchet/harness';
import {
  type JudgedMetric,
  judgeLog,
  type LearningEvent,
  type LearningTask,
  type LoggedOutcome,
  type LogVerdict,
  learnedLearner,
  tableEventId,
  type ValueVerdict,
} from '@ratchet/learning';
import { exitCodes } from '../exit-codes.ts';
import { saveTask, taskOf, type Wanted, wantedSchema } from '../learned-task.ts';
import { fromHere } from '../project-folders.ts';
import { forgetLaterGenerations, logSnapshots, type SnapshotPlace, saveGeneration, scenarioSnapshots } from '../snapshot-files.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../usage-error.ts';
import { loadNamedScenario } from './inspect-experiments.ts';
import { scenarioPathOf } from './train.ts';

export interface LearnWords {
  readonly log: string;
  readonly scenario?: string;
  readonly data?: string;
  readonly name?: string;
  readonly full: boolean;
  readonly assumePropensity: boolean;
  /** Lines that are learned from at once. */
  readonly batch: number;
  /** A file of `objective` and `utility`; the flags below take its place. */
  readonly objective?: string;
  readonly floor?: string;
  readonly margin?: number;
  readonly deadlineMs?: number;
  readonly budgetUsd?: number;
  readonly weighted: boolean;
  readonly json: boolean;
}

export function learnCommand(words: LearnWords, output: Output): number {
  const file = fromHere(words.log);
  const lines = readLoggedOutcomes(file);
  if (lines.length === 0) throw configError(file, 'there is no outcome in it');
  const { task, place, keep } = destinationOf(words, lines);
  const { events, assumed } = eventsOf(lines, { file, words });
  const merged = mergeById(lines, events, file);
  const learner = learnedLearner(task);
  let state = learner.initial();
  let generation = 0;
  keep();
  saveGeneration(place, { generation, learner, state, task });
  for (let from = 0; from < events.length; from += words.batch) {
    state = learner.learn(state, events.slice(from, from + words.batch));
    generation += 1;
    saveGeneration(place, { generation, learner, state, task });
    output.note(`generation ${generation}: ${Math.min(events.length, from + words.batch)} of ${events.length} lines`);
  }
  forgetLaterGenerations(place, generation);
  const verdict = judgeLog(merged.outcomes, task);
  const count = {
    lines: lines.length,
    outcomes: merged.outcomes.length,
    requests: new Set(merged.outcomes.map(({ event }) => event.analysis)).size,
    arms: task.arms.length,
    duplicates: merged.duplicates,
    lateFeedback: merged.late,
    unjudged: merged.outcomes.filter(({ event }) => event.outcome.quality === null).length,
    otherArms: merged.outcomes.filter(({ event }) => !task.arms.some((arm) => armId(arm) === armId(event.arm))).length,
  };
  const report = {
    log: words.log,
    name: place.name,
    directory: place.directory,
    generation,
    ...count,
    assumedPropensities: assumed,
    feedback: state.evidence.feedback,
    objective: task.objective,
    ...verdict,
  };
  output.result(words.json ? JSON.stringify(report, null, 2) : reportText(report));
  if (assumed > 0)
    output.error(
      `warning: ${assumed} lines have no propensity; the share of their arm in the log stands in for it. Where the choice depended on the request, what is learned and every estimate above may be wrong`,
    );
  output.note(`Next: pnpm ratchet explain "a request" ${words.scenario === undefined ? `--name ${place.name}` : `--scenario ${words.scenario}`}`);
  return exitCodes.ok;
}

/** What is learned, where it is kept, and what is kept beside the snapshots. */
function destinationOf(
  words: LearnWords,
  lines: readonly LoggedLine[],
): { readonly task: LearningTask; readonly place: SnapshotPlace; readonly keep: () => void } {
  if (words.scenario !== undefined) {
    if (words.name !== undefined || hasObjective(words))
      throw new UsageError('a scenario has its own name and objective: leave out --name and the flags of the objective, or --scenario');
    const scenario = loadNamedScenario(scenarioPathOf(words.scenario), words.data === undefined ? undefined : fromHere(words.data));
    return { task: learningTask(scenario), place: scenarioSnapshots(scenario), keep: () => undefined };
  }
  const name = words.name ?? basename(words.log).replace(/\.[^.]*$/, '');
  if (!/^[\w][\w.-]*$/.test(name)) throw new UsageError(`"${name}" cannot be the name of a folder: give --name with letters, digits, dots and dashes`);
  const place = logSnapshots(name);
  const learned = { ...wantedOf(words), arms: armsOf(lines) };
  return { task: taskOf(learned), place, keep: () => saveTask(place.directory, learned) };
}

function hasObjective({ objective, floor, margin, deadlineMs, budgetUsd, weighted }: LearnWords): boolean {
  return weighted || [objective, floor, margin, deadlineMs, budgetUsd].some((value) => value !== undefined);
}

function wantedOf({ objective: file, ...words }: LearnWords): Wanted {
  const { floor, margin, deadlineMs, budgetUsd, weighted } = words;
  if (file !== undefined) {
    if (hasObjective(words))
      throw new UsageError('--objective FILE states the whole objective: leave out --floor, --margin, --deadline-ms, --budget-usd and --weighted');
    return readYamlFile(fromHere(file), wantedSchema);
  }
  const constrained = [floor, margin, deadlineMs].some((value) => value !== undefined);
  if (Number(weighted) + Number(budgetUsd !== undefined) + Number(constrained) > 1)
    throw new UsageError('--weighted, --budget-usd and --floor (with --margin, --deadline-ms) are three objectives: give one');
  const floorOf = () => {
    if (floor !== undefined && floor.trim() !== '' && Number.isFinite(Number(floor))) {
      if (margin !== undefined) throw new UsageError('a floor that is a number has no margin');
      return { kind: 'number', value: Number(floor) };
    }
    return { kind: floor ?? 'best-arm', ...(margin === undefined ? {} : { margin }) };
  };
  const objective = weighted
    ? { kind: 'weighted' }
    : budgetUsd !== undefined
      ? { kind: 'budget', usdPerRequest: budgetUsd }
      : { kind: 'constrained', floor: floorOf(), ...(deadlineMs === undefined ? {} : { deadlineMs }) };
  const parsed = wantedSchema.safeParse({ objective });
  if (!parsed.success)
    throw new UsageError(
      `the objective is not one: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}. --floor takes best-arm, best, baseline or a number from 0 to 1`,
    );
  return parsed.data;
}

/** Every arm that was executed, or could have been, in order of id. */
function armsOf(lines: readonly LoggedLine[]): Arm[] {
  const arms = new Map(lines.map(({ arm }) => [armId(arm), arm]));
  for (const { propensities } of lines) for (const id of propensities?.keys() ?? []) if (!arms.has(id)) arms.set(id, parseArmId(id));
  return [...arms].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, arm]) => arm);
}

/** One event a line. Throws a `ConfigError` for lines without a propensity, unless told to assume one. */
function eventsOf(
  lines: readonly LoggedLine[],
  { file, words }: { readonly file: string; readonly words: LearnWords },
): { readonly events: readonly LearningEvent[]; readonly assumed: number } {
  const isFull = ({ feedback }: LoggedLine) => words.full || feedback === 'full';
  const [full, bandit] = [lines.find(isFull), lines.find((line) => !isFull(line))];
  if (full !== undefined && bandit !== undefined)
    throw new ConfigError([
      { file, line: Math.max(full.line, bandit.line), message: 'some lines are full information and some bandit feedback: no log has both' },
    ]);
  const lacking = full === undefined ? lines.filter(({ propensity }) => propensity === undefined) : [];
  if (lacking.length > 0 && !words.assumePropensity) {
    const message = `there is no propensity, here and in ${lacking.length - 1} more lines. Without it nobody can tell a good arm from one that was given the easy requests. Log it; or, where arms were chosen without a look at the request, give --assume-propensity`;
    throw new ConfigError([{ file, line: (lacking[0] as LoggedLine).line, message }]);
  }
  const counts = new Map<string, number>();
  for (const { arm } of lines) counts.set(armId(arm), (counts.get(armId(arm)) ?? 0) + 1);
  const analyses = new Map<string, Analysis>();
  const events = lines.map((line): LearningEvent => {
    const { id, request, tools, embedding, arm, quality, costUsd, latencyMs, tenant } = line;
    const key = JSON.stringify([request, tools]);
    const analysis =
      analyses.get(key) ?? analyze({ id, text: request, ...(tools === undefined ? {} : { tools }), ...(embedding === undefined ? {} : { embedding }) });
    analyses.set(key, analysis);
    return {
      id: isFull(line) ? tableEventId(id, arm) : id,
      analysis,
      arm,
      propensity: isFull(line) ? 1 : (line.propensity ?? (counts.get(armId(arm)) as number) / lines.length),
      outcome: { quality, costUsd, latencyMs },
      ...(tenant === undefined ? {} : { tenant }),
      feedback: isFull(line) ? 'full' : 'bandit',
    };
  });
  return { events, assumed: lacking.length };
}

interface Merged {
  /** Each id once, with what its lines say together: of two values the first. */
  readonly outcomes: readonly LoggedOutcome[];
  /** Lines that say nothing new. */
  readonly duplicates: number;
  /** Lines that add to an earlier one. */
  readonly late: number;
}

/** Throws a `ConfigError` where an id has two arms or two requests. */
function mergeById(lines: readonly LoggedLine[], events: readonly LearningEvent[], file: string): Merged {
  const byId = new Map<string, LoggedOutcome>();
  let duplicates = 0;
  let late = 0;
  events.forEach((event, index) => {
    const { line, propensities } = lines[index] as LoggedLine;
    const known = byId.get(event.id);
    if (known === undefined) {
      byId.set(event.id, { event, propensities });
      return;
    }
    if (armId(known.event.arm) !== armId(event.arm) || known.event.analysis !== event.analysis)
      throw new ConfigError([
        { file, line, message: `the id "${(lines[index] as LoggedLine).id}" was that of another arm or request before; every decision has an id of its own` },
      ]);
    const [before, now] = [known.event.outcome, event.outcome];
    const outcome = { quality: before.quality ?? now.quality, costUsd: before.costUsd ?? now.costUsd, latencyMs: before.latencyMs ?? now.latencyMs };
    const isNew = outcome.quality !== before.quality || outcome.costUsd !== before.costUsd || outcome.latencyMs !== before.latencyMs;
    if (isNew) late += 1;
    else duplicates += 1;
    byId.set(event.id, { event: { ...known.event, outcome }, propensities: known.propensities ?? propensities });
  });
  return { outcomes: [...byId.values()], duplicates, late };
}

interface Report extends LogVerdict {
  readonly log: string;
  readonly directory: string;
  readonly generation: number;
  readonly lines: number;
  readonly outcomes: number;
  readonly requests: number;
  readonly arms: number;
  readonly duplicates: number;
  readonly lateFeedback: number;
  readonly unjudged: number;
  readonly otherArms: number;
}

const units: Readonly<Record<JudgedMetric, readonly [string, (value: number) => string]>> = {
  quality: ['quality', (value) => value.toFixed(4)],
  costUsd: ['cost', (value) => `${value < 0 ? '-' : ''}$${Math.abs(value).toPrecision(3)}`],
  latencyMs: ['latency', (value) => `${(value / 1000).toFixed(2)} s`],
};

function reportText(report: Report): string {
  const {
    log,
    directory,
    generation,
    lines,
    outcomes,
    requests,
    arms,
    duplicates,
    lateFeedback,
    unjudged,
    otherArms,
    difference,
    bestArms,
    supportChecked,
    folds,
  } = report;
  return [
    `${log}: ${lines} lines, ${outcomes} outcomes of ${requests} requests and ${arms} arms; ${duplicates} duplicates, ${lateFeedback} with late feedback, ${unjudged} not judged${otherArms === 0 ? '' : `, ${otherArms} of arms that are no candidates`}`,
    `saved generations 0 to ${generation} under ${directory}`,
    '',
    `learned policy minus best single arm (${bestArms.join(', ') || 'unknown'}), each request judged by what was learned from others (${folds} folds), 95% intervals:`,
    ...(Object.keys(units) as JudgedMetric[]).map((metric) => `  ${units[metric][0].padEnd(8)} ${verdictText(difference[metric], units[metric][1])}`),
    ...(supportChecked ? [] : ['the log has one probability a line and not those of all arms: whether an arm was ever out of the question cannot be checked']),
  ].join('\n');
}

function verdictText(verdict: ValueVerdict | null, text: (value: number) => string): string {
  if (verdict === null) return 'unknown';
  const basis = `effective sample ${verdict.effectiveSampleSize.toFixed(0)} of ${verdict.decisions} decisions`;
  if (verdict.kind === 'estimated') return `${text(verdict.value)} [${text(verdict.low)}, ${text(verdict.high)}], ${basis}`;
  const why = {
    'too-few': `only ${verdict.clusters} requests`,
    'no-support': 'the log lacks outcomes of arms that would be chosen',
    'effective-sample-size': 'too few decisions went the way that would be chosen',
  }[verdict.reason];
  return `no estimate: ${why} (${basis})`;
}
