/** The hot paths of Ratchet: analysis, chunks, graphs, features, decisions, folds, forests, spans, stores, reports. */
import { analyze, condense, dependencyGraph, readChunks, readRequest, seededRandom, strongComponents, topologicalLayers } from '@ratchet/core';
import {
  featureMatrix,
  foldEvidence,
  growRegressionForest,
  type LearningTask,
  learnedLearner,
  noEvidence,
  randomPolicy,
  requestEntry,
} from '@ratchet/learning';
import { armsOf, eventsOf, requestsOf, textOf } from '../decide/served-world.ts';
import { friedman } from '../forest/synthetic-data.ts';
import type { HotPath } from './hot-path.ts';
import { reportBuilding, spanWriting, storeAppending } from './written-paths.ts';

/** Requests are taken in turn: equal ones would be remembered. */
const requestsInTurn = 64;

function turns<Item>(items: readonly Item[]): () => Item {
  let turn = 0;
  return () => items[turn++ % items.length] as Item;
}

const textsOf = (words: number): readonly string[] => Array.from({ length: requestsInTurn }, (_, index) => textOf('hot', index, words));

function graphEdges(nodes: number): readonly { from: number; to: number }[] {
  const next = seededRandom('graph', nodes).stream();
  const node = (): number => Math.floor(next() * nodes);
  return Array.from({ length: 3 * nodes }, () => [node(), node()] as const).flatMap(([a, b]) =>
    a === b ? [] : [{ from: Math.min(a, b), to: Math.max(a, b) }],
  );
}

/** After 600 outcomes on 120 requests, all members, exploring: what is learned takes a second, and each process learns anew. */
function exploringPolicy(armCount: number) {
  const arms = armsOf(armCount);
  const prices = { cost: 0.05, latency: 0.02, belowFloor: 1, margin: 0.02 };
  const task: LearningTask = { arms, objective: { kind: 'weighted' }, prices, initialPolicy: randomPolicy(arms) };
  const learner = learnedLearner(task);
  return learner.policy(learner.learn(learner.initial(), eventsOf(600, 'served', { requests: requestsOf(120, 'known'), arms })), 'explore');
}

export const hotPaths: readonly HotPath[] = [
  {
    name: 'analyse a request',
    unit: 'words',
    sizes: [10, 100, 1000],
    prepare: (words) => {
      const next = turns(textsOf(words));
      return { run: () => analyze({ id: 'hot', text: next() }) };
    },
  },
  {
    name: 'read chunks of its clauses',
    unit: 'words',
    sizes: [10, 100, 1000],
    prepare: (words) => {
      const next = turns(
        textsOf(words).map((text) => {
          const reading = readRequest(text);
          return { reading, boundaries: reading.clauses.flatMap((_, clause) => (clause > 0 && clause % 2 === 0 ? [clause] : [])) };
        }),
      );
      return {
        run: () => {
          const { reading, boundaries } = next();
          return readChunks(reading, boundaries);
        },
      };
    },
  },
  {
    name: 'order a graph: layers, components, condensation',
    unit: 'nodes',
    sizes: [1000, 10_000, 100_000],
    prepare: (nodes) => {
      const edges = graphEdges(nodes);
      return {
        run: () => {
          const graph = dependencyGraph(nodes, edges);
          topologicalLayers(graph);
          strongComponents(graph);
          return condense(graph);
        },
      };
    },
  },
  {
    name: 'features of a request',
    unit: 'words',
    sizes: [10, 100, 1000],
    prepare: (words) => {
      const next = turns(textsOf(words).map((text, index) => analyze({ id: `${index}`, text })));
      // What is known of an analysis is kept with it: a copy has none yet.
      return { run: () => requestEntry({ ...next() }) };
    },
  },
  {
    name: 'decide, whole: features, place, forecast, choice',
    unit: 'arms',
    sizes: [10, 100, 1000],
    prepare: (armCount) => {
      const policy = exploringPolicy(armCount);
      const next = turns(requestsOf(requestsInTurn, 'asked'));
      const random = seededRandom('decide');
      return { run: () => policy.decide({ ...next() }, random) };
    },
  },
  {
    name: 'fold outcomes into evidence',
    unit: 'outcomes',
    sizes: [100, 1000, 10_000],
    prepare: (count) => {
      const events = eventsOf(count, 'folded', { requests: requestsOf(200, 'folded'), arms: armsOf(20) });
      return { run: () => foldEvidence(noEvidence, events, { clip: 60, baselineOf: () => null }) };
    },
  },
  {
    name: 'train a forest of 10 trees on 20 features',
    unit: 'rows',
    sizes: [100, 1000, 10_000],
    prepare: (rows) => {
      const { matrix, targets } = forestData(rows);
      let seed = 0;
      return { run: () => growRegressionForest({ matrix, targets }, forestSettings, seededRandom('forest', seed++)) };
    },
  },
  {
    name: 'predict with it, all rows in one call',
    unit: 'rows',
    sizes: [100, 1000, 10_000],
    prepare: (rows) => {
      const { matrix } = forestData(rows);
      const train = forestData(1000);
      const forest = growRegressionForest(train, forestSettings, seededRandom('forest'));
      return { run: () => forest.predictRows(matrix) };
    },
  },
  spanWriting,
  storeAppending,
  reportBuilding,
];

const forestSettings = { trees: 10, sampling: { kind: 'bootstrap' } } as const;

function forestData(rows: number) {
  const data = friedman(rows, 20);
  return { matrix: featureMatrix(data.rows), targets: { value: Float64Array.from(data.targets) } };
}
