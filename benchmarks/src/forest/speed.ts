/** How long our forests, scikit-learn's and ml-random-forest's take, on the same data with the same settings. */
import { createRequire } from 'node:module';
import { type Random, seededRandom } from '@ratchet/core';
import { featureMatrix, growClassificationForest, growMultiOutputForest, growRegressionForest, type OutputTargets } from '@ratchet/learning';
import type { ScikitLearn, SklearnModel, SklearnSettings } from './scikit-learn.ts';
import { type ForestData, friedman, manyOutputs, type OutputData, twoClasses } from './synthetic-data.ts';

/** CPU time, the least of several runs; `undefined` where it was not measured. */
export interface SpeedRow {
  readonly task: string;
  readonly rows: number;
  readonly features: number;
  readonly trees: number;
  readonly oursMs: number;
  readonly scikitLearnMs?: number;
  /** Of `mlTrees` trees, times trees / mlTrees. */
  readonly mlRandomForestMs?: number;
  readonly mlTrees?: number;
  /** One row at a time. */
  readonly oursUsPerRow: number;
  /** All rows in one call. */
  readonly oursBatchUsPerRow: number;
  readonly scikitLearnBatchUsPerRow?: number;
}

/** What is measured: a forest to grow, and ways to predict with it. */
interface Contest {
  readonly row: Pick<SpeedRow, 'task' | 'rows' | 'features' | 'trees'>;
  readonly grow: (random: Random) => { readonly one: (row: Float64Array) => unknown; readonly all: () => unknown };
  readonly probe: readonly Float64Array[];
  readonly theirs?: { readonly name: string; readonly model: SklearnModel; readonly settings: SklearnSettings };
}

const trees = 50;

export async function compareSpeed(
  scikitLearn: ScikitLearn | undefined,
  { sizes, runs }: { readonly sizes: readonly number[]; readonly runs: number },
): Promise<readonly SpeedRow[]> {
  const rows: SpeedRow[] = [];
  for (const size of sizes) {
    for (const kind of ['classifier', 'regressor'] as const) {
      const data = kind === 'classifier' ? twoClasses(size) : friedman(size, 20);
      const row = await measure(singleContest(kind, data), {
        scikitLearn,
        runs: size > 1000 ? runs : 3 * runs,
        hold: (name) => scikitLearn?.hold(name, data.rows, data.targets),
      });
      rows.push(size === 1000 ? { ...row, ...measureMlRandomForest(kind, data) } : row);
    }
  }
  return rows;
}

/** The forests that a router needs: every output of a row, or one to four of them. */
export async function compareOutputs(scikitLearn: ScikitLearn | undefined, runs: number): Promise<readonly SpeedRow[]> {
  const rows: SpeedRow[] = [];
  for (const [count, features, outputs] of [
    [4000, 100, 9],
    [860, 60, 49],
  ] as const) {
    const data = manyOutputs(count, features, outputs);
    const hold = (name: string) => scikitLearn?.hold(name, data.rows, data.outputs);
    rows.push(await measure(outputContest(data, { task: `${outputs} outputs, all`, targets: everyOutput(data), theirs: true }), { scikitLearn, runs, hold }));
    rows.push(
      await measure(outputContest(data, { task: `${outputs} outputs, 1 to 4 of a row`, targets: fewOutputs(data), theirs: false }), {
        scikitLearn,
        runs,
        hold,
      }),
    );
  }
  return rows;
}

function singleContest(kind: 'classifier' | 'regressor', data: ForestData): Contest {
  const matrix = featureMatrix(data.rows);
  const shared = { trees, sampling: { kind: 'bootstrap' } } as const;
  return {
    row: { task: kind, rows: matrix.rows, features: matrix.columns, trees },
    probe: data.rows.slice(0, 1000).map((row) => Float64Array.from(row)),
    grow: (random) => {
      const forest =
        kind === 'classifier'
          ? growClassificationForest({ matrix, targets: { classes: 2, label: Int32Array.from(data.targets) } }, { ...shared, featureShare: 'sqrt' }, random)
          : growRegressionForest({ matrix, targets: { value: Float64Array.from(data.targets) } }, shared, random);
      return { one: (row) => forest.predict(row), all: () => forest.predictRows(matrix) };
    },
    theirs: { name: `${kind} ${matrix.rows}`, model: kind, settings: { n_estimators: trees } },
  };
}

function outputContest(
  data: OutputData,
  { task, targets, theirs }: { readonly task: string; readonly targets: OutputTargets; readonly theirs: boolean },
): Contest {
  const matrix = featureMatrix(data.rows);
  const prior = { mean: new Float64Array(targets.outputs).fill(0.5), weight: 1 };
  return {
    row: { task, rows: matrix.rows, features: matrix.columns, trees: 200 },
    probe: data.rows.slice(0, 1000).map((row) => Float64Array.from(row)),
    grow: (random) => {
      const { forest } = growMultiOutputForest({ matrix, targets }, { trees: 200, splitter: 'random', minLeafRows: 4, featureShare: 0.4 }, random);
      // A router asks for the leaves; predictions for all outputs are the other half of its work.
      return { one: (row) => forest.leaves(row), all: () => forest.predictRows(matrix, prior) };
    },
    ...(theirs ? { theirs: { name: task, model: 'extra-trees', settings: { n_estimators: 200, min_samples_leaf: 4, max_features: 0.4 } } } : {}),
  };
}

/** Runs alternate, so that whatever else the machine does falls on both. */
async function measure(
  { row, grow, probe, theirs }: Contest,
  {
    scikitLearn,
    runs,
    hold,
  }: { readonly scikitLearn: ScikitLearn | undefined; readonly runs: number; readonly hold: (name: string) => Promise<unknown> | undefined },
): Promise<SpeedRow> {
  const ours = { ms: Number.POSITIVE_INFINITY, one: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY };
  const their = { ms: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY };
  if (theirs !== undefined) await hold(theirs.name);
  for (let run = 0; run < runs; run++) {
    let forest: ReturnType<Contest['grow']> | undefined;
    ours.ms = Math.min(
      ours.ms,
      cpuMs(() => (forest = grow(seededRandom('speed', run)))),
    );
    const { one, all } = forest as ReturnType<Contest['grow']>;
    ours.all = Math.min(ours.all, (1000 * cpuMs(all)) / row.rows);
    ours.one = Math.min(ours.one, (1000 * cpuMs(() => probe.forEach(one))) / probe.length);
    if (scikitLearn === undefined || theirs === undefined) continue;
    const { fitMs, predictUsPerRow } = await scikitLearn.time(theirs.name, theirs.model, { ...theirs.settings, random_state: run });
    their.ms = Math.min(their.ms, fitMs);
    their.all = Math.min(their.all, predictUsPerRow);
  }
  const measured = { ...row, oursMs: ours.ms, oursUsPerRow: ours.one, oursBatchUsPerRow: ours.all };
  return Number.isFinite(their.ms) ? { ...measured, scikitLearnMs: their.ms, scikitLearnBatchUsPerRow: their.all } : measured;
}

/** Its time grows with the trees, and a whole forest takes half a minute: one of three trees is scaled. */
function measureMlRandomForest(kind: 'classifier' | 'regressor', { rows, targets }: ForestData): Required<Pick<SpeedRow, 'mlRandomForestMs' | 'mlTrees'>> {
  const require = createRequire(import.meta.url);
  const library = require('ml-random-forest') as Record<string, new (options: object) => { train(rows: unknown, targets: unknown): void }>;
  const Forest = library[kind === 'classifier' ? 'RandomForestClassifier' : 'RandomForestRegression'] as (typeof library)[string];
  const mlTrees = 3;
  const forest = new Forest({
    nEstimators: mlTrees,
    seed: 1,
    maxFeatures: kind === 'classifier' ? Math.floor(Math.sqrt(20)) : 1.0,
    replacement: true,
    noOOB: true,
  });
  return { mlRandomForestMs: (cpuMs(() => forest.train(rows, targets)) * trees) / mlTrees, mlTrees };
}

/** Of the whole process: what the compiler and the garbage collector take counts too. */
function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function everyOutput({ outputs }: OutputData): OutputTargets {
  const count = outputs[0]?.length ?? 0;
  return {
    outputs: count,
    offsets: Int32Array.from({ length: outputs.length + 1 }, (_, row) => row * count),
    output: Uint16Array.from({ length: outputs.length * count }, (_, index) => index % count),
    value: Float64Array.from(outputs.flat()),
    weight: new Float64Array(outputs.length * count).fill(1),
  };
}

function fewOutputs({ outputs }: OutputData): OutputTargets {
  const random = seededRandom('few');
  const count = outputs[0]?.length ?? 0;
  const seen = outputs.map((values, row) =>
    Array.from({ length: 1 + Math.floor(4 * random.uniform(row)) }, (_, pull) => {
      const output = Math.floor(count * random.uniform(row, pull));
      return { output, value: values[output] as number };
    }),
  );
  const offsets = new Int32Array(outputs.length + 1);
  seen.forEach((list, row) => {
    offsets[row + 1] = (offsets[row] as number) + list.length;
  });
  const flat = seen.flat();
  return {
    outputs: count,
    offsets,
    output: Uint16Array.from(flat, ({ output }) => output),
    value: Float64Array.from(flat, ({ value }) => value),
    weight: new Float64Array(flat.length).fill(1),
  };
}
