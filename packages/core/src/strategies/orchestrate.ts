/** `orchestrate`: the dependency graph, each chunk as soon as its prerequisites are answered, and shown their answers; cycles until they converge. */
import type { Analysis } from '../analysis.ts';
import { armId, type OrchestrateArm } from '../arm.ts';
import { executeGraph, type RunEnd } from '../execution/execute-graph.ts';
import { condense } from '../graph/condensation.ts';
import { dependencyGraph } from '../graph/dependency-graph.ts';
import { prerequisitesOf } from '../graph/prerequisites.ts';
import { type StepStatus, stepTitle } from '../progress.ts';
import { hashOf, promptsHash } from '../prompts/prompts-hash.ts';
import type { Strategy } from '../strategy.ts';
import { answerStep } from './answer-step.ts';
import { answerStream } from './answer-stream.ts';
import { joinAnswers, type PartEnd, textOf } from './join-answers.ts';
import { type AnswerOf, chunkAt, refineCycle, shownTo } from './refine-cycle.ts';
import { stepContent } from './step-content.ts';

export const orchestrate: Strategy<OrchestrateArm> = async (analysis, arm, context) => {
  const { chunks } = analysis;
  const { components, graph, repeated, needs } = stepsOf(analysis);
  const checkpoint = context.checkpoints === undefined ? undefined : { store: context.checkpoints, key: checkpointKey(analysis, arm) };
  const answers = new Map(checkpoint?.store.load(checkpoint.key));
  const ends: PartEnd['end'][] = chunks.map(() => ({ kind: 'cancelled' }));
  const show = answerStream(chunks.length, context);
  let sinceCheckpoint = 0;

  const tell = (index: number, status: StepStatus): void =>
    context.onProgress?.({ kind: 'step', step: index, of: chunks.length, status, title: stepTitle(chunkAt(analysis, index).text) });
  const endStep = (index: number, end: PartEnd['end']): void => {
    ends[index] = end;
    tell(index, end.kind);
    show(index, textOf(end));
  };
  const runStep = async (index: number, answerOf: AnswerOf): Promise<PartEnd['end']> => {
    tell(index, 'begun');
    const prompt = { kind: 'step', content: stepContent(analysis, [chunkAt(analysis, index)], shownTo([index], { arm, needs, answerOf })) } as const;
    const { model, fallbackModel, temperature, maxOutputTokens, timeoutMs } = arm;
    const end = await answerStep(analysis, prompt, { model, fallbackModel, temperature, maxOutputTokens, timeoutMs, seed: 0 }, context);
    return end.kind === 'answered' ? { kind: 'answered', answer: end.text } : { kind: 'failed', failure: end };
  };
  const keep = (nodes: readonly number[], texts: readonly string[]): void => {
    for (const [position, index] of nodes.entries()) answers.set(index, texts[position] as string);
    sinceCheckpoint += nodes.length;
    if (sinceCheckpoint < arm.checkpointEvery) return;
    sinceCheckpoint = 0;
    checkpoint?.store.save(checkpoint.key, new Map(answers));
  };

  /** The steps of a component in the order of the text; one without an answer leaves none to those after it, which all need it. */
  const runComponent = async (nodes: readonly number[]): Promise<RunEnd<null, null>> => {
    // Those after a step in a cycle are shown its answer, which is not its last.
    const first = new Map<number, string>();
    const answerOf: AnswerOf = (index) => first.get(index) ?? answers.get(index);
    for (const [position, index] of nodes.entries()) {
      const known = answers.get(index);
      const end: PartEnd['end'] = known === undefined ? await runStep(index, answerOf) : { kind: 'answered', answer: known };
      if (end.kind === 'answered') {
        first.set(index, end.answer);
        continue;
      }
      for (const [before, answer] of first) {
        answers.set(before, answer);
        endStep(before, { kind: 'answered', answer });
      }
      endStep(index, end);
      for (const behind of nodes.slice(position + 1)) endStep(behind, { kind: 'blocked', by: [index] });
      return { kind: 'failed', failure: null };
    }
    const isCycle = nodes.length > 1 || repeated.has(nodes[0] as number);
    const drafts = [...first.values()];
    const texts = isCycle && arm.maxRounds > 1 ? await refineCycle(drafts, { chunks: nodes, analysis, arm, needs, answerOf }, context) : drafts;
    keep(nodes, texts);
    for (const [position, index] of nodes.entries()) endStep(index, { kind: 'answered', answer: texts[position] as string });
    return { kind: 'answered', answer: null };
  };

  await executeGraph<null, null>(graph, {
    maxConcurrency: arm.maxConcurrency,
    signal: context.signal,
    run: async (component) => {
      const nodes = components[component] as readonly number[];
      if (!nodes.every((index) => answers.has(index))) return runComponent(nodes);
      for (const index of nodes) endStep(index, { kind: 'answered', answer: answers.get(index) as string });
      return { kind: 'answered', answer: null };
    },
    onEnd: (component, end) => {
      const nodes = components[component] as readonly number[];
      if (end.kind === 'cancelled') for (const index of nodes) endStep(index, end);
      if (end.kind !== 'blocked') return;
      const inTheWay = new Set(end.by.flatMap((other) => (components[other] as readonly number[]).filter((index) => ends[index]?.kind !== 'answered')));
      for (const index of nodes) endStep(index, { kind: 'blocked', by: [...inTheWay].sort((a, b) => a - b) });
    },
  });
  if (ends.some(({ kind }) => kind !== 'answered')) checkpoint?.store.save(checkpoint.key, new Map(answers));
  return joinAnswers(
    ends.map((end, index) => ({ chunks: [index], end })),
    arm.model,
  );
};

const stepsByAnalysis = new WeakMap<Analysis, ReturnType<typeof findSteps>>();

/** Worked out once for each analysis, which is handled again and again where it is experimented with. */
function stepsOf(analysis: Analysis): ReturnType<typeof findSteps> {
  let steps = stepsByAnalysis.get(analysis);
  if (steps === undefined) {
    steps = findSteps(analysis);
    stepsByAnalysis.set(analysis, steps);
  }
  return steps;
}

function findSteps({ chunks, edges }: Analysis) {
  return {
    ...condense(dependencyGraph(chunks.length, edges)),
    /** Steps that need themselves. */
    repeated: new Set(edges.flatMap(({ from, to }) => (from === to ? [from] : []))),
    needs: prerequisitesOf(chunks.length, edges),
  };
}

function checkpointKey({ requestId, text }: Analysis, arm: OrchestrateArm): string {
  return `${requestId} ${hashOf({ promptsHash, text, arm: armId(arm) })}`;
}
