/** `orchestrate`: the dependency graph, each chunk as soon as its prerequisites are answered, and shown their answers. */
import pLimit from 'p-limit';
import type { Analysis } from '../analysis.ts';
import type { OrchestrateArm } from '../arm.ts';
import { condense } from '../graph/condensation.ts';
import { dependencyGraph } from '../graph/dependency-graph.ts';
import type { Strategy, StrategyContext, StrategyEnd } from '../strategy.ts';
import { callModel } from './call-model.ts';
import { joinAnswers } from './join-answers.ts';
import { stepContent } from './step-content.ts';

export const orchestrate: Strategy<OrchestrateArm> = async (analysis, arm, context) => {
  const { components, componentOf } = condense(dependencyGraph(analysis.chunks.length, analysis.edges));
  const limit = pLimit(arm.maxConcurrency);
  const answers = new Map(context.checkpoints?.load(analysis.requestId));
  const running = new Map<number, Promise<void>>();
  const ends: StrategyEnd[] = analysis.chunks.map(() => ({ kind: 'answered', text: '' }));
  let sinceCheckpoint = 0;

  const runStep = async (index: number): Promise<void> => {
    const known = answers.get(index);
    const end = known === undefined ? await answerStep(analysis, index, answers, arm, context) : { kind: 'answered' as const, text: known };
    ends[index] = end;
    if (end.kind !== 'answered') return;
    answers.set(index, end.text);
    if (known === undefined && ++sinceCheckpoint >= arm.checkpointEvery) {
      sinceCheckpoint = 0;
      context.checkpoints?.save(analysis.requestId, new Map(answers));
    }
  };

  // Components come in topological order, so every prerequisite is already running when a component is begun.
  components.forEach((nodes, component) => {
    const prerequisites = analysis.edges
      .filter((edge) => nodes.includes(edge.to))
      .map((edge) => componentOf[edge.from] as number)
      .filter((other) => other !== component);
    const ready = Promise.all(prerequisites.map((other) => running.get(other)));
    running.set(
      component,
      ready.then(async () => {
        // The steps of a cycle are taken in the order of the text.
        for (const index of nodes) await limit(() => runStep(index));
      }),
    );
  });
  await Promise.all(running.values());
  if (ends.some((end) => end.kind === 'failed')) context.checkpoints?.save(analysis.requestId, new Map(answers));
  return joinAnswers(ends);
};

async function answerStep(
  analysis: Analysis,
  index: number,
  answers: ReadonlyMap<number, string>,
  arm: OrchestrateArm,
  context: StrategyContext,
): Promise<StrategyEnd> {
  const chunk = analysis.chunks[index];
  if (chunk === undefined) throw new RangeError(`no chunk ${index}`);
  const shown = prerequisitesWithin(analysis, index, arm.maxDepth).flatMap((from) => answers.get(from) ?? []);
  const prompt = { kind: 'step', content: stepContent(analysis, [chunk], shown) } as const;
  const { temperature, maxOutputTokens, timeoutMs } = arm;
  const call = (model: string) => callModel(analysis, prompt, { model, temperature, maxOutputTokens, timeoutMs, seed: 0 }, context);
  const end = await call(arm.model);
  return end.kind === 'failed' && arm.fallbackModel !== undefined && end.error.kind !== 'cancelled' ? call(arm.fallbackModel) : end;
}

/** Prerequisites up to `depth` levels back, in the order of the text. */
export function prerequisitesWithin(analysis: Analysis, index: number, depth: number): readonly number[] {
  const found = new Set<number>();
  let level = [index];
  for (let step = 0; step < depth && level.length > 0; step++) {
    const previous = level.flatMap((to) => analysis.edges.filter((edge) => edge.to === to).map((edge) => edge.from));
    level = previous.filter((node) => node !== index && !found.has(node));
    for (const node of level) found.add(node);
  }
  return [...found].sort((a, b) => a - b);
}
