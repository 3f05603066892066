/** What must hold within one run on any machine: ratios of times, and of bytes, never times. */
import { createRequire } from 'node:module';
import { seededRandom } from '@ratchet/core';
import { featureMatrix, growRegressionForest } from '@ratchet/learning';
import { friedman } from '../forest/synthetic-data.ts';
import type { HotPath } from '../hot-paths/hot-path.ts';
import { hotPaths } from '../hot-paths/hot-paths.ts';

/** Numerator over denominator is to be at most `most`: several times what was measured, so that only a loss of kind can fail it. */
export interface Ratio {
  readonly name: string;
  readonly kind: 'time' | 'bytes';
  readonly numerator: () => () => unknown;
  readonly denominator: () => () => unknown;
  readonly most: number;
}

/** What several ratios need is prepared once. */
const prepared = new Map<string, () => unknown>();
function runOf(path: HotPath, n: number): () => unknown {
  const key = `${path.name} ${n}`;
  const run = prepared.get(key) ?? path.prepare(n).run;
  prepared.set(key, run);
  return run;
}

/** Sizes ten times apart: in proportion is 10. */
function growth(pathName: string, size: 0 | 1, most: number, kind: Ratio['kind'] = 'time'): Ratio {
  const path = hotPaths.find(({ name }) => name.startsWith(pathName)) as HotPath;
  const [low, high] = [path.sizes[size] as number, path.sizes[size + 1] as number];
  const work = (n: number) => () => runOf(path, n);
  return { name: `${path.name}: ${high} ${path.unit} / ${low}, ${kind}`, kind, numerator: work(high), denominator: work(low), most };
}

/** 25,600 multiply-adds: what a machine makes of a plain loop. */
function plainLoop(): () => unknown {
  const values = Float64Array.from({ length: 25_600 }, (_, index) => Math.sin(index));
  let turn = 0;
  return () => {
    turn++;
    let most = 0;
    for (let at = 0; at < values.length; at++) most = Math.max(most, turn + 0.1 * (values[at] as number));
    return most;
  };
}

function ourForest(): () => unknown {
  const data = friedman(200, 20);
  const training = { matrix: featureMatrix(data.rows), targets: { value: Float64Array.from(data.targets) } };
  return () => growRegressionForest(training, { trees: 3, sampling: { kind: 'bootstrap' } }, seededRandom('ratio'));
}

function mlRandomForest(): () => unknown {
  const { RandomForestRegression } = createRequire(import.meta.url)('ml-random-forest');
  const { rows, targets } = friedman(200, 20);
  return () => new RandomForestRegression({ nEstimators: 3, seed: 1, maxFeatures: 1.0, replacement: true, noOOB: true }).train(rows, targets);
}

function decideAmong(arms: number): () => () => unknown {
  const path = hotPaths.find(({ name }) => name.startsWith('decide')) as HotPath;
  return () => runOf(path, arms);
}

export const ratios: readonly Ratio[] = [
  growth('analyse', 1, 30),
  growth('order a graph', 0, 40),
  growth('fold', 0, 30),
  growth('train a forest', 0, 40),
  growth('predict', 0, 30),
  growth('decide', 0, 6),
  growth('decide', 0, 4, 'bytes'),
  growth('fold', 0, 20, 'bytes'),
  { name: 'decide among 10 arms / a plain loop of 25,600 multiply-adds, time', kind: 'time', numerator: decideAmong(10), denominator: plainLoop, most: 60 },
  { name: 'a forest of 3 trees on 200 rows: ours / ml-random-forest, time', kind: 'time', numerator: ourForest, denominator: mlRandomForest, most: 0.2 },
];
