/** `batch`: the chunks in concurrent calls, several a call up to `chunkSize` tokens, joined in order. */
import type { Chunk } from '../analysis.ts';
import type { BatchArm } from '../arm.ts';
import { executeGraph } from '../execution/execute-graph.ts';
import { dependencyGraph } from '../graph/dependency-graph.ts';
import { stepTitle } from '../progress.ts';
import type { Strategy } from '../strategy.ts';
import { answerStep } from './answer-step.ts';
import { answerStream } from './answer-stream.ts';
import type { CallEnd } from './call-model.ts';
import { joinAnswers, textOf } from './join-answers.ts';
import { stepContent } from './step-content.ts';

export const batch: Strategy<BatchArm> = async (analysis, arm, context) => {
  const { model, temperature, maxOutputTokens, timeoutMs } = arm;
  const groups = packChunks(analysis.chunks, arm.chunkSize);
  const show = answerStream(groups.length, context);
  const stepOf = (group: number) =>
    ({ kind: 'step', step: group, of: groups.length, title: stepTitle((groups[group] as readonly Chunk[])[0]?.text ?? '') }) as const;
  // A graph without edges.
  const ends = await executeGraph<string, Extract<CallEnd, { readonly kind: 'failed' }>>(dependencyGraph(groups.length, []), {
    maxConcurrency: arm.maxConcurrency,
    signal: context.signal,
    run: async (group) => {
      context.onProgress?.({ ...stepOf(group), status: 'begun' });
      const prompt = { kind: 'step', content: stepContent(analysis, groups[group] as readonly Chunk[], []) } as const;
      const end = await answerStep(analysis, prompt, { model, temperature, maxOutputTokens, timeoutMs, seed: 0 }, context);
      return end.kind === 'answered' ? { kind: 'answered', answer: end.text } : { kind: 'failed', failure: end };
    },
    onEnd: (group, end) => {
      context.onProgress?.({ ...stepOf(group), status: end.kind });
      show(group, textOf(end));
    },
  });
  return joinAnswers(
    ends.map((end, group) => ({ chunks: (groups[group] as readonly Chunk[]).map(({ index }) => index), end })),
    model,
  );
};

/** Neighbours share a call while they fit into `chunkSize` tokens (four characters each); a chunk is never split. */
export function packChunks(chunks: readonly Chunk[], chunkSize: number): readonly (readonly Chunk[])[] {
  const groups: Chunk[][] = [];
  let filled = Number.POSITIVE_INFINITY;
  for (const chunk of chunks) {
    const tokens = chunk.text.length / 4;
    if (filled + tokens > chunkSize) {
      groups.push([]);
      filled = 0;
    }
    groups.at(-1)?.push(chunk);
    filled += tokens;
  }
  return groups;
}
