/** A language model simulated at the level of messages: it reads what a strategy sends and writes real answers, right or wrong. */
import { type Clock, type LanguageModel, type Message, type ModelAnswer, type ModelCall, ModelError, type Random } from '@ratchet/core';
import { cancellableSleep } from '../cancellable-sleep.ts';
import { costUsd, type Price } from '../price.ts';
import { streamText } from '../stream-text.ts';
import { countTokensOnce } from '../token-count.ts';
import { countedAttempts, lengthOf } from './counted-attempts.ts';
import type { ReadCall } from './read-call.ts';
import type { AskedPart, Grade, KnownAnswer, SimulatedBank, SimulatedPart } from './simulated-bank.ts';
import type { SimulatedProfile, SimulatedWorld } from './simulated-profile.ts';
import type { PartAnswer, WrittenAnswer } from './written-answer.ts';

export interface SimulatedParts {
  readonly bank: SimulatedBank;
  readonly read: (messages: readonly Message[]) => ReadCall;
  readonly write: (answers: readonly PartAnswer[]) => WrittenAnswer;
  readonly world: SimulatedWorld;
  readonly price: Price;
  readonly clock: Clock;
  /** Fixed for the world: what each model makes of each part. */
  readonly nature: Random;
  /** Of this trial: which way the dice fall. Policies that are compared share it. */
  readonly luck: Random;
  /** Which try of a call this is, from 0; by default as many as this model was asked before. */
  readonly attemptOf?: ((call: ModelCall) => number) | undefined;
}

/**
 * Draws right, partly right or wrong for each part asked for, from
 * logistic(skill - difficulty - dilution (parts - 1) - what is out of sight + the model's own effect on that part),
 * and writes such an answer out of the bank. At temperature 0 all calls of a trial share the draw of a part; above it,
 * calls with different seeds draw anew. What a strategy gains or loses follows from what it sends.
 */
export function simulatedModel(profile: SimulatedProfile, parts: SimulatedParts): LanguageModel {
  const attemptOf = parts.attemptOf ?? countedAttempts();
  return {
    id: profile.id,
    complete: async (call, options = {}) => {
      const { clock, luck } = parts;
      const pass = (ms: number) => cancellableSleep(clock, ms, { modelId: profile.id, signal: options.signal });
      const length = lengthOf(call);
      const attempt = attemptOf(call);
      const fate = luck.uniform('fate', profile.id, call.seed, length, attempt);
      if (fate < profile.rateLimitedShare) {
        await pass(profile.firstTokenMs / 4);
        throw new ModelError('rate-limited', profile.id, `${profile.id} answered 429: too many requests`, { retryAfterMs: 1000 });
      }
      const pace = Math.exp(0.25 * luck.normal('pace', profile.id, call.seed, length, attempt));
      const answer = writeAnswer(profile, parts, call, 1 - fate < profile.cutOffShare);
      const latencyMs = pace * (profile.firstTokenMs + (1000 * answer.usage.outputTokens) / profile.tokensPerSecond);
      const hangs = fate < profile.rateLimitedShare + profile.timeoutShare;
      const limitMs = call.timeoutMs ?? Number.POSITIVE_INFINITY;
      const timing = { modelId: profile.id, clock, latencyMs, firstMs: Math.min(latencyMs, pace * profile.firstTokenMs) };
      if (hangs || latencyMs > limitMs) {
        const waitedMs = Math.min(limitMs, 600_000);
        // One that hangs says nothing; one that is only slow is cut off in its answer.
        await (hangs ? pass(waitedMs) : streamText(answer.text, { ...timing, limitMs: waitedMs }, options));
        throw new ModelError('timeout', profile.id, `${profile.id} gave no answer within ${waitedMs} ms`);
      }
      await streamText(answer.text, timing, options);
      return { ...answer, latencyMs };
    },
  };
}

function writeAnswer(profile: SimulatedProfile, parts: SimulatedParts, call: ModelCall, cutOff: boolean): Omit<ModelAnswer, 'latencyMs'> {
  const read = parts.read(call.messages);
  if (read.kind === 'prefer') return writeVerdict(read, profile, parts, call);
  const asked = parts.bank.asked(read.ask);
  const seen = recogniseSeen(read, parts.bank);
  const written = asked.map((one) => chooseAnswer(one, { asked, read, seen }, profile, parts, call));
  const { text: whole, tokens: wholeTokens } = written.length === 0 ? { text: nothingKnown, tokens: countTokensOnce(nothingKnown) } : parts.write(written);
  const keptTokens = Math.min(call.maxOutputTokens, cutOff ? Math.ceil(wholeTokens * 0.6) : wholeTokens);
  const text = keptTokens < wholeTokens ? whole.slice(0, Math.floor((whole.length * keptTokens) / wholeTokens)) : whole;
  const usage = {
    inputTokens: read.inputTokens,
    outputTokens: keptTokens,
  };
  return { text, finishReason: keptTokens < wholeTokens ? 'length' : 'stop', usage, costUsd: costUsd(usage, parts.price) };
}

/**
 * Which of two answers it takes for the better one: the log odds are `judgement` for each part that is right in one of them
 * alone. Each call draws for itself, so a preference survives swapping the answers only by being held twice.
 */
function writeVerdict(read: ReadCall, profile: SimulatedProfile, { bank, luck, price }: SimulatedParts, call: ModelCall): Omit<ModelAnswer, 'latencyMs'> {
  const [first = 0, second = 0] = read.rivals.map((text) => bank.recognise(text).filter(({ grade }) => grade === 'right').length);
  const parts = bank.asked(read.ask).map(({ part }) => part.id);
  const chanceOfFirst = 1 / (1 + Math.exp(-profile.judgement * (first - second)));
  const text = luck.uniform('prefer', profile.id, parts.join(' '), call.seed) < chanceOfFirst ? '1' : '2';
  const usage = { inputTokens: read.inputTokens, outputTokens: 1 };
  return { text, finishReason: 'stop', usage, costUsd: costUsd(usage, price) };
}

const nothingKnown = 'Nothing in this request is among the things that this simulated model can answer.';

/** Answers that a call shows, as the bank knows them. */
interface SeenAnswers {
  readonly draft: readonly KnownAnswer[];
  /** Of each rival. */
  readonly rivals: readonly (readonly KnownAnswer[])[];
  /** Parts that materials and answers to earlier parts answer. */
  readonly context: ReadonlySet<string>;
}

function recogniseSeen({ draft, rivals, context }: ReadCall, { recognise }: SimulatedBank): SeenAnswers {
  return {
    draft: draft === null ? [] : recognise(draft),
    rivals: rivals.map(recognise),
    context: new Set(context.flatMap((text) => recognise(text).map(({ part }) => part.id))),
  };
}

/** What is asked for, and what is in sight of whoever answers it. */
interface AskedCall {
  readonly asked: readonly AskedPart[];
  readonly read: ReadCall;
  readonly seen: SeenAnswers;
}

function chooseAnswer(asked: AskedPart, ofCall: AskedCall, profile: SimulatedProfile, parts: SimulatedParts, call: ModelCall): PartAnswer {
  const { part } = asked;
  const ofPart = (answers: readonly KnownAnswer[]): KnownAnswer | undefined => answers.find((answer) => answer.part === part);
  const seed = call.temperature === 0 ? 0 : call.seed;
  const draw = (...purpose: readonly (string | number)[]) => parts.luck.uniform(...purpose, profile.id, part.id, seed);
  const own = ofPart(ofCall.seen.draft);
  const rivals = ofCall.seen.rivals.flatMap((answers) => ofPart(answers) ?? []);
  if (own === undefined && rivals.length === 0) {
    const grade = draw('grade') < rightProbability(asked, ofCall, profile, parts) ? 'right' : usualMistake(part, profile, parts);
    return { part, text: pickVariant(part, grade, draw('variant')) };
  }
  if (rivals.some((rival) => rival.text !== own?.text) || own === undefined) {
    return { part, text: judge(own, rivals, profile, draw('judge')) };
  }
  const doubt = 1 - rightProbability(asked, ofCall, profile, parts);
  return { part, text: reviseAlone(own, { mended: profile.fixRate, spoilt: profile.breakRate * doubt, mistake: usualMistake(part, profile, parts) }, draw) };
}

/** The probability of a right answer, in (0, 1). */
function rightProbability(
  { part, coverage }: AskedPart,
  { asked: all, read, seen }: AskedCall,
  profile: SimulatedProfile,
  { world, nature }: SimulatedParts,
): number {
  const inSight = (id: string): boolean => all.some((other) => other.part.id === id) || seen.context.has(id);
  const texts = [read.ask, ...read.context];
  const materialAbsent = part.reads.some((material) => !texts.some((text) => text.includes(material)));
  const logit =
    (profile.skill[part.family] ?? profile.skill['*'] ?? 0) -
    part.difficulty -
    world.dilution * (all.length - 1) -
    (part.needs.every(inSight) ? 0 : world.context) -
    world.cut * (1 - coverage) -
    (materialAbsent ? world.absentMaterial : 0) +
    profile.itemSpread * nature.normal('item', profile.id, part.id);
  return 1 / (1 + Math.exp(-logit));
}

/**
 * How a model errs on a part, when it does: in a way of its own, the same each time (wrong answers of one model are far from
 * evenly spread, and differ between models: arXiv 2411.01539). So a vote among its samples hardens a mistake that is commoner
 * than the right answer, and models that differ correct each other.
 */
function usualMistake(part: SimulatedPart, profile: SimulatedProfile, { nature, world }: SimulatedParts): Grade {
  return nature.uniform('mistake', profile.id, part.id) < world.partialShare ? 'partial' : 'wrong';
}

/** Each variant of a grade is half as common as the one before it. */
function pickVariant(part: SimulatedPart, grade: Grade, draw: number): string {
  const variants = part.answers.filter((answer) => answer.grade === grade);
  let left = draw * (2 - 2 ** (1 - variants.length));
  for (const [index, variant] of variants.entries()) {
    left -= 2 ** -index;
    if (left < 0) return variant.text;
  }
  return (variants.at(-1) ?? part.answers[0])?.text ?? '';
}

/** Picks among rival answers: each weighs what speaks for it, right ones e^judgement as much. */
function judge(own: KnownAnswer | undefined, rivals: readonly KnownAnswer[], profile: SimulatedProfile, draw: number): string {
  const weights = new Map<string, number>();
  for (const answer of own === undefined ? rivals : [own, ...rivals]) {
    const weight = (answer.grade === 'right' ? Math.exp(profile.judgement) : 1) * (answer === own ? 1.5 : 1);
    weights.set(answer.text, (weights.get(answer.text) ?? 0) + weight);
  }
  let left = draw * [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  for (const [text, weight] of weights) {
    left -= weight;
    if (left < 0) return text;
  }
  return [...weights.keys()].at(-1) as string;
}

/** A second look without any signal from outside mends some errors, and spoils right answers the more, the less sure they were. */
function reviseAlone(
  own: KnownAnswer,
  shares: { readonly mended: number; readonly spoilt: number; readonly mistake: Grade },
  draw: (purpose: string) => number,
): string {
  const right = own.grade === 'right';
  if (draw('revise') >= (right ? shares.spoilt : shares.mended)) return own.text;
  return pickVariant(own.part, right ? shares.mistake : 'right', draw('variant'));
}
