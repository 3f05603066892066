/** Decides at which clauses a request is cut: how likely each is to begin a new part, and how many parts there are. */
import { type BoostedTrees, treeModel, treeModelGiven } from './boosted-trees.ts';
import { boundaryFeatureNames, boundaryFeatures } from './boundary-features.ts';
import { clauseWithAdjunct } from './clauses.ts';
import { countFeatureNames, countFeatures, featuresOfParts, requestCountFeatures } from './count-features.ts';
import { listBoundaries } from './list-items.ts';
import type { RequestReading } from './read-request.ts';

export interface BoundaryModels {
  /** Whether a clause begins a new part. */
  readonly boundary: BoostedTrees;
  /** Whether there are more parts than a number. */
  readonly count: BoostedTrees;
}

export type BoundaryFinder = (reading: RequestReading) => readonly number[];

/** Probabilities of the clauses from 1 on; that of clause 0 is 0. */
export type BoundaryEstimator = (reading: RequestReading) => readonly number[];

export function boundaryEstimator(trees: BoostedTrees): BoundaryEstimator {
  const model = treeModel(trees, boundaryFeatureNames);
  const vector = new Float64Array(boundaryFeatureNames.length);
  return (reading) => {
    const { clauses, tokens } = reading;
    const probabilities = clauses.map((_clause, index) => (index === 0 ? 0 : model(boundaryFeatures(reading, index, vector))));
    // What is set before a clause goes with it.
    clauses.forEach((_clause, index) => {
      const start = index === 0 ? 0 : clauseWithAdjunct(clauses, tokens, index);
      if (start === index) return;
      probabilities[start] = Math.max(probabilities[start] as number, probabilities[index] as number);
      probabilities[index] = 0;
    });
    return probabilities;
  };
}

export type CountEstimator = (reading: RequestReading, probabilities: readonly number[]) => number;

/** The likeliest number of parts: one, unless several are likelier together; of several, the likeliest. */
export function countEstimator(trees: BoostedTrees): CountEstimator {
  const modelGiven = treeModelGiven(trees, countFeatureNames, featuresOfParts);
  return (reading, probabilities) => {
    if (probabilities.length <= 1) return 1;
    const descending = [...probabilities.slice(1)].sort((a, b) => b - a);
    const vector = requestCountFeatures(reading, descending);
    const model = modelGiven(vector);
    let reached = model(countFeatures(vector, descending, 1));
    if (reached < 0.5) return 1;
    let best = 2;
    let likeliest = 0;
    for (let parts = 2; parts <= probabilities.length; parts++) {
      const more = parts === probabilities.length ? 0 : model(countFeatures(vector, descending, parts));
      if (reached * (1 - more) > likeliest) {
        likeliest = reached * (1 - more);
        best = parts;
      }
      reached *= more;
      if (reached < likeliest) break;
    }
    return best;
  };
}

/**
 * The clauses with which chunks begin, in order, without the first chunk's. A text that is no English prose stays whole; a
 * list whose items ask for something is cut into its items; elsewhere the models decide.
 */
export function boundaryFinder(models: BoundaryModels): BoundaryFinder {
  const estimate = boundaryEstimator(models.boundary);
  const count = countEstimator(models.count);
  return (reading) => {
    if (reading.clauses.length < 2 || !reading.isProse) return [];
    const items = listBoundaries(reading);
    if (items !== null) return items;
    const probabilities = estimate(reading);
    return likeliestBoundaries(probabilities, count(reading, probabilities));
  };
}

/** The `parts` - 1 likeliest, in the order of the text; ties go to the first. */
export function likeliestBoundaries(probabilities: readonly number[], parts: number): readonly number[] {
  return probabilities
    .map((probability, index) => ({ probability, index }))
    .slice(1)
    .sort((a, b) => b.probability - a.probability || a.index - b.index)
    .slice(0, parts - 1)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}
