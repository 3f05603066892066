/** `batch`: the chunks in concurrent calls, several a call up to `chunkSize` tokens, joined in order. */
import pLimit from 'p-limit';
import type { Chunk } from '../analysis.ts';
import type { BatchArm } from '../arm.ts';
import type { Strategy } from '../strategy.ts';
import { callModel } from './call-model.ts';
import { joinAnswers } from './join-answers.ts';
import { stepContent } from './step-content.ts';

export const batch: Strategy<BatchArm> = async (analysis, arm, context) => {
  const { model, temperature, maxOutputTokens, timeoutMs } = arm;
  const limit = pLimit(arm.maxConcurrency);
  const ends = await Promise.all(
    packChunks(analysis.chunks, arm.chunkSize).map((group) =>
      limit(() =>
        callModel(analysis, { kind: 'step', content: stepContent(analysis, group, []) }, { model, temperature, maxOutputTokens, timeoutMs, seed: 0 }, context),
      ),
    ),
  );
  return joinAnswers(ends);
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
