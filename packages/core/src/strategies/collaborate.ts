/** `collaborate`: several experts answer, revise in view of each other, and a vote or the first expert decides. */
import type { Analysis } from '../analysis.ts';
import type { CollaborateArm } from '../arm.ts';
import { saysTheSame } from '../execution/resemblance.ts';
import { requestSection, section } from '../prompts/section.ts';
import type { Strategy, StrategyContext, StrategyEnd } from '../strategy.ts';
import { type Consensus, findConsensus } from './agreement.ts';
import { answerStep } from './answer-step.ts';
import { type CallEnd, type CallPrompt, callModel } from './call-model.ts';
import { endOfWhole } from './end-of-whole.ts';
import { preferredAnswer } from './prefer-answer.ts';
import { shownAnswer } from './step-content.ts';

interface Expert {
  readonly model: string;
  /** Which of the experts with this model it is; equal seeds would make them say the same. */
  readonly seed: number;
}

interface Opinion {
  readonly expert: Expert;
  readonly text: string;
}

export const collaborate: Strategy<CollaborateArm> = async (analysis, arm, context) => {
  const ask = (expert: Expert, prompt: CallPrompt, seed: number) =>
    answerStep(
      analysis,
      prompt,
      { model: expert.model, temperature: arm.temperature, maxOutputTokens: arm.maxOutputTokens, timeoutMs: arm.timeoutMs, seed },
      context,
    );
  const request = requestSection(analysis);
  const shown = ({ text }: Opinion) => shownAnswer(text, arm.maxOutputTokens);
  const beginRound = (round: number) => context.onProgress?.({ kind: 'round', what: 'debate', round, atMost: arm.debateRounds });
  beginRound(0);
  const first = await Promise.all(
    expertsOf(arm).map(async (expert) => ({ expert, end: await ask(expert, { kind: 'answer', content: request }, expert.seed) })),
  );
  let opinions = answered(first);
  if (opinions.length === 0) {
    const { end } = first[0] as { end: CallEnd };
    if (end.kind === 'failed' && end.partialText !== '') context.onDelta?.({ kind: 'text', text: end.partialText });
    return endOfWhole(analysis, end);
  }
  let consensus = findConsensus(texts(opinions));

  for (let round = 1; round <= arm.debateRounds; round++) {
    // A lone expert has nobody to agree with: it only looks at its own draft again.
    if (opinions.length > 1 && consensus.agreement >= arm.consensusThreshold) break;
    beginRound(round);
    const asPeers = opinions.map((opinion) => section('peer', shown(opinion)));
    const revised = await Promise.all(
      opinions.map(async (own, index) => {
        const peers = asPeers.filter((_, other) => other !== index);
        const content = [request, section('draft', shown(own)), ...peers].join('\n\n');
        const end = await ask(own.expert, { kind: 'revise', content }, own.expert.seed + 1000 * round);
        return { expert: own.expert, end: end.kind === 'answered' ? end : ({ kind: 'answered', text: own.text } as const) };
      }),
    );
    opinions = answered(revised);
    consensus = findConsensus(texts(opinions));
  }
  return decide(analysis, arm, { opinions, consensus, request }, context);
};

interface Debate {
  readonly opinions: readonly Opinion[];
  readonly consensus: Consensus;
  /** Its section. */
  readonly request: string;
}

/** By the vote where they agree, else by the first model. The last step is the one that streams. */
async function decide(analysis: Analysis, arm: CollaborateArm, { opinions, consensus, request }: Debate, context: StrategyContext): Promise<StrategyEnd> {
  const vote = (opinions[consensus.index] as Opinion).text;
  const answerWith = (text: string): StrategyEnd => {
    context.onDelta?.({ kind: 'text', text });
    return { kind: 'answered', text };
  };
  if (consensus.agreement >= arm.consensusThreshold) return answerWith(vote);
  context.onProgress?.({ kind: 'decision' });
  const { temperature, maxOutputTokens, timeoutMs } = arm;
  const settings = { model: arm.models[0] as string, temperature, maxOutputTokens, timeoutMs };
  const all = texts(opinions).map((text) => shownAnswer(text, maxOutputTokens));
  if (arm.judgeOrders === 2) {
    const rivals = opinions.flatMap(({ text }, index) => (saysTheSame(text, vote) ? [] : [index]));
    const rival = rivals[findConsensus(rivals.map((index) => all[index] as string)).index] as number;
    const preferred = await preferredAnswer([all[consensus.index] as string, all[rival] as string], {
      question: request,
      ask: (prompt, order) => callModel(analysis, prompt, { ...settings, seed: order }, context),
      only: 1,
    });
    return answerWith(preferred === 1 ? (opinions[rival] as Opinion).text : vote);
  }
  const content = [request, ...all.map((text) => section('candidate', text))].join('\n\n');
  const end = await callModel(analysis, { kind: 'decide', content }, { ...settings, seed: 0, onDelta: context.onDelta }, context);
  if (end.kind === 'answered' && end.text.trim() !== '') return end;
  context.onDelta?.({ kind: 'withdrawn' });
  return answerWith(vote);
}

/** Models in turn. */
function expertsOf(arm: CollaborateArm): readonly Expert[] {
  return Array.from({ length: arm.numExperts }, (_, index) => ({
    model: arm.models[index % arm.models.length] as string,
    seed: Math.floor(index / arm.models.length),
  }));
}

function answered(ends: readonly { readonly expert: Expert; readonly end: CallEnd }[]): readonly Opinion[] {
  return ends.flatMap(({ expert, end }) => (end.kind === 'answered' ? [{ expert, text: end.text }] : []));
}

function texts(opinions: readonly Opinion[]): readonly string[] {
  return opinions.map((opinion) => opinion.text);
}
