/** `collaborate`: several experts answer, revise in view of each other, and a vote or the first expert decides. */
import type { Analysis } from '../analysis.ts';
import type { CollaborateArm } from '../arm.ts';
import { section } from '../prompts/section.ts';
import type { Strategy, StrategyContext, StrategyEnd } from '../strategy.ts';
import { type Consensus, findConsensus } from './agreement.ts';
import { callModel } from './call-model.ts';

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
  const ask = (expert: Expert, prompt: Parameters<typeof callModel>[1], seed: number) =>
    callModel(
      analysis,
      prompt,
      { model: expert.model, temperature: arm.temperature, maxOutputTokens: arm.maxOutputTokens, timeoutMs: arm.timeoutMs, seed },
      context,
    );
  const request = section('request', analysis.text);
  const first = await Promise.all(
    expertsOf(arm).map(async (expert) => ({ expert, end: await ask(expert, { kind: 'answer', content: request }, expert.seed) })),
  );
  let opinions = answered(first);
  if (opinions.length === 0) return (first[0] as { end: StrategyEnd }).end;
  let consensus = findConsensus(texts(opinions));

  for (let round = 1; round <= arm.debateRounds; round++) {
    // A lone expert has nobody to agree with: it only looks at its own draft again.
    if (opinions.length > 1 && consensus.agreement >= arm.consensusThreshold) break;
    const asPeers = opinions.map((opinion) => section('peer', opinion.text));
    const revised = await Promise.all(
      opinions.map(async (own, index) => {
        const peers = asPeers.filter((_, other) => other !== index);
        const content = [request, section('draft', own.text), ...peers].join('\n\n');
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

async function decide(analysis: Analysis, arm: CollaborateArm, { opinions, consensus, request }: Debate, context: StrategyContext): Promise<StrategyEnd> {
  const vote: StrategyEnd = { kind: 'answered', text: (opinions[consensus.index] as Opinion).text };
  if (consensus.agreement >= arm.consensusThreshold) return vote;
  const candidates = opinions.map((opinion) => section('candidate', opinion.text));
  const { temperature, maxOutputTokens, timeoutMs } = arm;
  const end = await callModel(
    analysis,
    { kind: 'decide', content: [request, ...candidates].join('\n\n') },
    { model: arm.models[0] as string, temperature, maxOutputTokens, timeoutMs, seed: 0 },
    context,
  );
  return end.kind === 'answered' ? end : vote;
}

/** Models in turn. */
function expertsOf(arm: CollaborateArm): readonly Expert[] {
  return Array.from({ length: arm.numExperts }, (_, index) => ({
    model: arm.models[index % arm.models.length] as string,
    seed: Math.floor(index / arm.models.length),
  }));
}

function answered(ends: readonly { readonly expert: Expert; readonly end: StrategyEnd }[]): readonly Opinion[] {
  return ends.flatMap(({ expert, end }) => (end.kind === 'answered' ? [{ expert, text: end.text }] : []));
}

function texts(opinions: readonly Opinion[]): readonly string[] {
  return opinions.map((opinion) => opinion.text);
}
