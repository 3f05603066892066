/** Estimates what executing an arm on a request takes, before anything is executed. */
import type { Analysis } from './analysis.ts';
import type { Arm, OrchestrateArm } from './arm.ts';
import { condense } from './graph/condensation.ts';
import { dependencyGraph } from './graph/dependency-graph.ts';
import { prerequisitesOf } from './graph/prerequisites.ts';
import { packChunks } from './strategies/batch.ts';

export interface CallEstimate {
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface ArmEstimate {
  /** The least: early agreement, short answers. */
  readonly low: readonly CallEstimate[];
  readonly expected: readonly CallEstimate[];
  /** The most: every round, every answer as long as allowed, every call repeated as often as retries do. */
  readonly worst: readonly CallEstimate[];
}

/** Characters per token of English and code, and tokens of an answer to one chunk: rules of thumb, stated in reports. */
const charactersPerToken = 4;
const answerTokens = { low: 80, expected: 250 };
/** Fixed text of a prompt. */
const promptTokens = 60;
/** Of a judge's reply, which is a digit. */
const verdictTokens = 5;

/** `attempts`: how often a call may be tried in all. */
export function estimateArm(analysis: Analysis, arm: Arm, attempts: number): ArmEstimate {
  const estimate = (kind: keyof ArmEstimate): readonly CallEstimate[] => estimateCalls(analysis, arm, { kind, attempts });
  return { low: estimate('low'), expected: estimate('expected'), worst: estimate('worst') };
}

/** One of the three alone, for who asks before every request. */
export function estimateCalls(
  analysis: Analysis,
  arm: Arm,
  { kind, attempts }: { readonly kind: keyof ArmEstimate; readonly attempts: number },
): readonly CallEstimate[] {
  const chunks = analysis.chunks.length;
  const perChunk = kind === 'worst' ? arm.maxOutputTokens : Math.min(arm.maxOutputTokens, answerTokens[kind]);
  const request = promptTokens + Math.ceil(analysis.text.length / charactersPerToken);
  const whole = Math.min(arm.maxOutputTokens, perChunk * (kind === 'worst' ? 1 : chunks));
  const tries = kind === 'worst' ? attempts : 1;
  const verdict = kind === 'worst' ? arm.maxOutputTokens : Math.min(arm.maxOutputTokens, verdictTokens);
  const call = (model: string, calls: number, inputTokens: number, outputTokens: number): CallEstimate => ({
    model,
    calls: calls * tries,
    inputTokens: calls * tries * inputTokens,
    outputTokens: calls * tries * outputTokens,
  });
  switch (arm.strategy) {
    case 'direct': {
      const { fallbackModel, draftTokens } = arm;
      if (fallbackModel === undefined || draftTokens === undefined || draftTokens >= arm.maxOutputTokens) return [call(arm.model, 1, request, whole)];
      const draft = call(arm.model, 1, request, Math.min(whole, draftTokens));
      const taken = { low: 0, expected: 0.5, worst: 1 }[kind];
      return taken === 0 ? [draft] : [draft, call(fallbackModel, taken, request, whole)];
    }
    case 'batch': {
      const groups = packChunks(analysis.chunks, arm.chunkSize).length;
      return [
        call(arm.model, groups, kind === 'low' ? Math.ceil(request / groups) : request, Math.min(arm.maxOutputTokens, Math.ceil((perChunk * chunks) / groups))),
      ];
    }
    case 'orchestrate': {
      const needs = prerequisitesOf(chunks, analysis.edges);
      const shown = analysis.chunks.reduce((sum, { index }) => sum + needs(index, arm.maxDepth).length, 0);
      const input = request + (kind === 'low' ? 0 : (shown * perChunk) / chunks);
      const steps = call(arm.model, chunks, input, perChunk);
      const fallback = kind === 'worst' && arm.fallbackModel !== undefined ? [call(arm.fallbackModel, chunks, input, perChunk)] : [];
      const rounds = furtherRounds(arm, kind);
      const further = cyclesOf(analysis).flatMap((size) => [
        call(arm.model, rounds * size, request + (shown + 1) * perChunk, perChunk),
        call(arm.model, 2 * rounds * arm.judgeRounds, request + (shown + 2 * size) * perChunk, verdict),
      ]);
      return [steps, ...fallback, ...(rounds === 0 ? [] : further)];
    }
    case 'collaborate': {
      const rounds = kind === 'low' ? 0 : kind === 'worst' ? arm.debateRounds : arm.debateRounds / 2;
      const calls = Array.from({ length: arm.numExperts }, (_, index) => arm.models[index % arm.models.length] as string);
      const revision = request + arm.numExperts * whole;
      const experts = calls.flatMap((model) => [call(model, 1, request, whole), ...(rounds > 0 ? [call(model, rounds, revision, whole)] : [])]);
      if (kind === 'low') return experts;
      const decider = arm.models[0] as string;
      if (arm.judgeOrders === 2) return [...experts, call(decider, 2, request + 2 * whole, verdict)];
      return [...experts, call(decider, 1, revision, whole)];
    }
    default:
      return arm satisfies never;
  }
}

/** Rounds of a cycle after its first: none where a judge from outside is content at once, all at the worst. */
function furtherRounds({ maxRounds }: OrchestrateArm, kind: 'low' | 'expected' | 'worst'): number {
  return kind === 'low' ? 0 : kind === 'worst' ? maxRounds - 1 : (maxRounds - 1) / 2;
}

/** The number of chunks of each cycle. */
function cyclesOf({ chunks, edges }: Analysis): readonly number[] {
  const repeated = new Set(edges.flatMap(({ from, to }) => (from === to ? [from] : [])));
  const { components } = condense(dependencyGraph(chunks.length, edges));
  return components.flatMap((nodes) => (nodes.length > 1 || repeated.has(nodes[0] as number) ? [nodes.length] : []));
}
