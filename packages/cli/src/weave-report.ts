/** What Weave is told of a finished run: its tasks, every policy's generations, the heatmap of its strategies, and an evaluation for each policy. */
import { createHash } from 'node:crypto';
import type { ExperimentPlan, ExperimentRun, Manifest, Summary, TrialRecord } from '@ratchet/harness';
import { evaluationRecords, type Prediction, type SpanRecord, type WeaveRecord } from '@ratchet/observability';
import { heatmapImage } from './heatmap-image.ts';

export interface ReportedRun {
  readonly plan: ExperimentPlan;
  readonly trials: ExperimentRun['trials'];
  readonly summary: Summary;
  readonly manifest: Manifest;
  /** Whether the words of the tasks may be told. */
  readonly content: boolean;
}

type Values = Readonly<Record<string, unknown>>;

const scorers = ['quality', 'costUsd', 'latencyMs'] as const;

/** In the order in which they are to be sent: what is referred to comes first. Equal runs give equal records, with equal ids. */
export function weaveReport(run: ReportedRun): readonly WeaveRecord[] {
  const { plan, summary, manifest } = run;
  const datasetKey = `dataset ${plan.scenario.name}`;
  const identity = `${summary.experiment} ${summary.run} ${manifest.planId} ${manifest.startedAt}`;
  const policies = Object.keys(summary.policies);
  const stages = policies.flatMap((policy) => stagesOf(policy, summary));
  const evaluations = stages
    .filter(({ judged }) => judged)
    .map((stage) =>
      evaluationRecords({
        name: `${summary.experiment}`,
        datasetKey,
        modelKey: stage.key,
        scorers,
        attributes: { ...factsOf(run), policy: stage.policy, generation: stage.generation, policySha256: sha256(stage.value) },
        predictions: predictionsOf(stage, run),
        identity: `${identity} ${stage.key}`,
        startedAtMs: Date.parse(manifest.startedAt),
      }),
    );
  const isFeedback = ({ kind }: WeaveRecord): boolean => kind === 'feedback';
  const all = evaluations.flat();
  return [
    { kind: 'dataset', key: datasetKey, name: plan.scenario.name, description: `Tasks of the scenario ${plan.scenario.name}`, rows: [...taskRows(run)] },
    ...stages.map(({ key, policy, value }): WeaveRecord => ({ kind: 'object', key, className: 'Model', name: `policy-${policy}`, value, refs: {} })),
    ...experimentCalls(run, identity),
    ...all.filter((record) => !isFeedback(record)),
    // Each of these is a request or more: what matters more is not to wait for them.
    ...heatmapRecords(run),
    ...all.filter(isFeedback),
  ];
}

/** A policy at one time: as it began, after each generation, as it served at the end. */
interface Stage {
  readonly key: string;
  readonly policy: string;
  readonly generation: number;
  readonly value: Values;
  /** On held-out tasks. */
  readonly judged: boolean;
}

/** Published under one name, in this order: the versions are the history of the policy's parameters. */
function stagesOf(policy: string, summary: Summary): readonly Stage[] {
  const found = summary.policies[policy];
  if (found === undefined) return [];
  const stage = (generation: number, value: Values, judged: boolean): Stage => ({
    key: `policy ${policy} ${generation}${judged ? ' judged' : ''}`,
    policy,
    generation,
    value: { policy, generation, ...value },
    judged,
  });
  const rows = summary.generationRows.filter((row) => row.policy === policy && row.phase === 'train');
  const learned = rows.map(({ generation, strategies, models, parameters, promotedSeeds }) =>
    stage(generation, { strategies, models, parameters, promotedSeeds }, false),
  );
  const served = { strategies: found.strategies, models: found.models };
  if (found.promoted === null) return [stage(0, served, true)];
  return [stage(0, { before: 'learning' }, true), ...learned, stage(summary.generations, { ...served, servedBySeed: found.promoted }, true)];
}

/** A task's means over seeds and repeats. */
function predictionsOf({ policy, generation }: Stage, { plan, trials }: ReportedRun): readonly Prediction[] {
  const rows = new Map(plan.tasks.map(({ id }, row) => [id, row]));
  const own = Map.groupBy(
    trials.filter((trial) => trial.phase === 'heldout' && trial.policy === policy && trial.generation === generation),
    ({ task }) => task,
  );
  return [...own].map(([task, ofTask]) => ({
    row: rows.get(task) as number,
    output: { trials: ofTask.length, arms: countsOf(ofTask.map(({ arm }) => arm)), failed: ofTask.filter(({ status }) => status !== 'completed').length },
    scores: Object.fromEntries(scorers.map((scorer) => [scorer, meanOf(ofTask, scorer)])),
  }));
}

function meanOf(trials: readonly TrialRecord[], metric: (typeof scorers)[number]): number | null {
  const known = trials.map((trial) => trial[metric]).filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function countsOf(names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

function taskRows({ plan, content }: ReportedRun): readonly Values[] {
  return plan.tasks.map(({ id, family, text, asks }) => ({ task: id, family, parts: asks.length, ...(content ? { request: text } : {}) }));
}

/** What an evaluation can be rebuilt from. */
function factsOf({ plan, summary, manifest }: ReportedRun): Values {
  const { git, lockfileSha256, scenarioSha256, promptsSha256 } = manifest.facts;
  return {
    experiment: summary.experiment,
    run: summary.run,
    planId: plan.id,
    seeds: summary.seeds,
    answers: summary.evidence,
    dataSha256: scenarioSha256,
    promptsSha256,
    lockfileSha256,
    git,
  };
}

/** A version of the data set for each generation of each policy that learns. */
function heatmapRecords({ summary }: ReportedRun): readonly WeaveRecord[] {
  const turns = Map.groupBy(
    summary.decisions.filter(({ phase }) => phase === 'train'),
    ({ policy, generation }) => `${policy} ${generation}`,
  );
  return [...turns].map(([key, cells]): WeaveRecord => {
    const { policy, generation } = cells[0] as (typeof cells)[number];
    return {
      kind: 'dataset',
      key: `heatmap ${key}`,
      name: `strategy-heatmap-${policy}`,
      description: `Decisions of ${policy} by task family and strategy; a version is a generation`,
      rows: cells.map(({ family, strategy, count }) => ({ generation, family, strategy, count, share: shareOf({ family, count }, cells) })),
    };
  });
}

function shareOf({ family, count }: { readonly family: string; readonly count: number }, cells: Summary['decisions']): number {
  return count / cells.reduce((sum, cell) => sum + (cell.family === family ? cell.count : 0), 0);
}

/** One tree: the experiment, its generations, the cells of its heatmap, and the heatmap as a picture. */
function experimentCalls(run: ReportedRun, identity: string): readonly WeaveRecord[] {
  const { summary, manifest } = run;
  const startedAtMs = Date.parse(manifest.startedAt);
  const traceId = sha256(`${identity} experiment`).slice(0, 32);
  const spanIdOf = (path: string): string => sha256(`${identity} ${path}`).slice(0, 16);
  const root = spanIdOf('experiment');
  const span = (name: string, path: string, values: Pick<SpanRecord, 'attributes' | 'results'>): SpanRecord => ({
    traceId,
    spanId: path === 'experiment' ? root : spanIdOf(path),
    parentId: path === 'experiment' ? null : root,
    name,
    startedAtMs,
    durationMs: path === 'experiment' ? summary.durationMs : 0,
    ...values,
  });
  const call = (one: SpanRecord): WeaveRecord => ({ kind: 'call', span: one, refs: {}, attributes: {}, output: one.results });
  const generations = summary.generationRows
    .filter(({ phase }) => phase === 'train')
    .map((row, _index, rows) => {
      const { policy, generation } = row;
      const before = rows.find((one) => one.policy === policy && one.generation === generation - 1);
      const results = { generation, trials: row.trials, ...meansOf(row), learningRate: gainOf(row, before) };
      return call(span('generation', `generation ${policy} ${generation}`, { attributes: { policy, generation, seeds: summary.seeds }, results }));
    });
  const cells = summary.decisions
    .filter(({ phase }) => phase === 'train')
    .map(({ policy, generation, family, strategy, count }, _index, all) => {
      const own = all.filter((cell) => cell.policy === policy && cell.generation === generation);
      const results = { count, share: shareOf({ family, count }, own) };
      return call(
        span('strategy_cell', `cell ${policy} ${generation} ${family} ${strategy}`, { attributes: { policy, generation, family, strategy }, results }),
      );
    });
  const picture = heatmapImage(summary);
  return [
    ...generations,
    ...cells,
    ...(picture === undefined
      ? []
      : [
          {
            kind: 'image' as const,
            span: span('strategy_heatmap', 'heatmap', { attributes: picture.legend, results: {} }),
            pngBase64: picture.png.toString('base64'),
          },
        ]),
    call(
      span('experiment', 'experiment', {
        attributes: { ...factsOf(run), policies: Object.keys(summary.policies), utility: summary.utility.formula },
        results: { trials: summary.trials, gate: summary.gate.passed, complete: summary.complete, shareOfPossibleGain: summary.shareOfPossibleGain },
      }),
    ),
  ];
}

type GenerationRow = Summary['generationRows'][number];

function meansOf({ metrics }: GenerationRow): Readonly<Record<string, number | null>> {
  return Object.fromEntries(Object.entries(metrics).map(([name, estimate]) => [`${name}Mean`, estimate?.mean ?? null]));
}

/** `learning_rate`: how much utility a generation brought; null where that is not known. */
function gainOf({ metrics: now }: GenerationRow, before: GenerationRow | undefined): number | null {
  const [later, earlier] = [now.utility?.mean, before?.metrics.utility?.mean];
  return later === undefined || earlier === undefined ? null : later - earlier;
}

function sha256(value: unknown): string {
  return createHash('sha256')
    .update(typeof value === 'string' ? value : JSON.stringify(value))
    .digest('hex');
}
