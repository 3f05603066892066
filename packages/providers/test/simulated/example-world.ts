/** A small world for tests of simulated models: four parts, the words that ask for them, and calls about them. */
import { type ModelCall, type PromptKind, prompts, type Random, section, seededRandom, virtualClock } from '@ratchet/core';
import type { Price } from '../../src/price.ts';
import { callReader } from '../../src/simulated/read-call.ts';
import { type Grade, type SimulatedAsk, type SimulatedBank, type SimulatedPart, simulatedBank } from '../../src/simulated/simulated-bank.ts';
import { simulatedModel } from '../../src/simulated/simulated-model.ts';
import { type SimulatedProfile, type SimulatedWorld, simulatedProfileSchema, simulatedWorldSchema } from '../../src/simulated/simulated-profile.ts';
import { answerWriter } from '../../src/simulated/written-answer.ts';

export const material = 'const limits = { least: 3, most: 40 };\nexport const inRange = (n) => n >= limits.least && n <= limits.most;';

/** Two variants a grade, told apart by their comments. */
const codeAnswers = (name: string, lines = 3): SimulatedPart['answers'] =>
  (['right', 'partial', 'wrong'] as const).flatMap((grade) =>
    [1, 2].map((variant) => ({
      grade,
      text: `// ${grade} ${variant}\nfunction ${name}(input) {\n${Array.from({ length: lines }, (_, line) => `  const step${line} = input + ${line};`).join('\n')}\n  return step0;\n}\n`,
    })),
  );

const proseAnswers = (heading: string): SimulatedPart['answers'] =>
  (['right', 'partial', 'wrong'] as const).flatMap((grade) =>
    [1, 2].map((variant) => ({ grade, text: `## ${heading}\n\nThis ${grade} account, number ${variant}, tells of it.\n\n- and has a list` })),
  );

export const parts = {
  parse: { id: 'kit/parse', family: 'code', difficulty: 0, needs: [], reads: [], language: 'javascript', answers: codeAnswers('parseRow') },
  format: { id: 'kit/format', family: 'code', difficulty: 0, needs: ['kit/parse'], reads: [], language: 'javascript', answers: codeAnswers('formatRow', 40) },
  check: { id: 'kit/check', family: 'tests', difficulty: 0, needs: [], reads: [material], language: 'javascript', answers: codeAnswers('checkRange') },
  essay: { id: 'kit/essay', family: 'prose', difficulty: 0, needs: [], reads: [], language: 'markdown', answers: proseAnswers('History') },
} as const satisfies Record<string, SimulatedPart>;
export type PartName = keyof typeof parts;

export const words: Readonly<Record<PartName, string>> = {
  parse: 'a function `parseRow(text)` that splits a row of our export at its semicolons, trims every field and turns empty ones into null',
  format: 'a function `formatRow(fields)` that joins what parseRow gave back into one line, quotes fields with spaces and ends it with a newline',
  check: 'unit tests for the range check below, which must cover both ends, a value just outside of each and something that is no number',
  essay: 'two pages on the history of the village mill, in plain words, with the flood of 1882 and who rebuilt the wheel after it',
};

export const asks: readonly SimulatedAsk[] = (Object.keys(parts) as PartName[]).map((name) => ({ partId: parts[name].id, words: words[name] }));
export const bank = simulatedBank(Object.values(parts), asks);

/** A request for parts, in order. */
export function requestFor(names: readonly PartName[]): string {
  return `For the mill's website I need:\n\n${names.map((name, index) => `${index + 1}. ${words[name]}.`).join('\n')}`;
}

/** An answer out of the bank, as a simulated model writes it. */
export function answerOf(name: PartName, grade: Grade, variant = 0): string {
  const text = parts[name].answers.filter((answer) => answer.grade === grade)[variant]?.text.trim() as string;
  return parts[name].language === 'javascript' ? `\`\`\`js\n${text}\n\`\`\`` : text;
}

export interface CallContent {
  /** Parts that the request or step asks for, or its text. */
  readonly request: readonly PartName[] | string;
  readonly materials?: readonly string[];
  readonly prerequisites?: readonly string[];
  readonly draft?: string;
  readonly peers?: readonly string[];
  readonly candidates?: readonly string[];
}

/** A call with Ratchet's prompts and sections. */
export function callFor(kind: PromptKind, content: CallContent, changes: Partial<ModelCall> = {}): ModelCall {
  const text = typeof content.request === 'string' ? content.request : requestFor(content.request);
  const sections = [
    ...(content.materials ?? []).map((one) => section('material', one)),
    ...(content.prerequisites ?? []).map((one) => section('prerequisite', one)),
    section(kind === 'step' ? 'step' : 'request', text),
    ...(content.draft === undefined ? [] : [section('draft', content.draft)]),
    ...(content.peers ?? []).map((one) => section('peer', one)),
    ...(content.candidates ?? []).map((one) => section('candidate', one)),
  ];
  return {
    requestId: 'r1',
    messages: [
      { role: 'system', content: prompts[kind] },
      { role: 'user', content: sections.join('\n\n') },
    ],
    temperature: 0.7,
    maxOutputTokens: 4096,
    seed: 0,
    ...changes,
  };
}

export const price: Price = { inputUsdPerMTok: 2, outputUsdPerMTok: 8, asOf: '2025-01-01', source: 'test' };

/** A model that answers by its skills alone, and never fails. */
export const plainProfile = {
  pricedAs: 'any',
  skill: { '*': 0 },
  itemSpread: 0,
  firstTokenMs: 500,
  tokensPerSecond: 50,
  rateLimitedShare: 0,
  timeoutShare: 0,
  cutOffShare: 0,
  source: 'test',
};

/** Answers by its skills alone, and without faults, unless `profile` says otherwise. */
export function simulate(
  given: {
    readonly profile?: Partial<SimulatedProfile>;
    readonly world?: Partial<SimulatedWorld>;
    readonly luck?: Random | string | number;
    readonly nature?: string;
    readonly bank?: SimulatedBank;
  } = {},
) {
  const clock = virtualClock();
  const profile = simulatedProfileSchema.parse({
    id: 'sim',
    ...plainProfile,
    ...given.profile,
  });
  const world = simulatedWorldSchema.parse({ source: 'test', ...given.world });
  const luck = typeof given.luck === 'object' ? given.luck : seededRandom('luck', given.luck ?? 0);
  const model = simulatedModel(profile, {
    bank: given.bank ?? bank,
    read: callReader(),
    write: answerWriter(),
    world,
    price,
    clock,
    nature: seededRandom('nature', given.nature ?? 'test'),
    luck,
  });
  return { model, clock, profile };
}

/** The grade that an answer has for a part; undefined when it says nothing to it. */
export function gradeIn(text: string, name: PartName): Grade | undefined {
  return bank.recognise(text).find(({ part }) => part.id === parts[name].id)?.grade;
}

/** With which of the lucks 0 to `lucks - 1` a call is answered rightly as to a part. */
export async function rightLucks(
  name: PartName,
  call: ModelCall,
  lucks: number,
  given: Omit<Parameters<typeof simulate>[0] & object, 'luck'> = {},
): Promise<ReadonlySet<number>> {
  const grades = await Promise.all(
    Array.from({ length: lucks }, async (_, luck) => gradeIn((await simulate({ ...given, luck }).model.complete(call)).text, name)),
  );
  return new Set(grades.flatMap((grade, luck) => (grade === 'right' ? [luck] : [])));
}
