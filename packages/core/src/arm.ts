/** An arm is the whole action: strategy, model(s) and parameters; equal arms have equal ids. */
import { z } from 'zod';

const modelId = z.string().min(1);
const temperature = (normal: number) => z.number().min(0).max(2).default(normal);
const maxOutputTokens = z.int().min(1).max(1_000_000).default(4096);
const timeoutMs = z.int().min(1).default(120_000);

export const directArmSchema = z
  .strictObject({
    strategy: z.literal('direct'),
    model: modelId,
    fallbackModel: modelId.optional().describe('Answers in its place where the answer would be longer than `draftTokens`, or does not come'),
    draftTokens: z.int().min(1).max(1_000_000).optional().describe('Output tokens that an answer of `model` may have, where there is a `fallbackModel`'),
    temperature: temperature(0.7),
    maxOutputTokens,
    timeoutMs,
    cacheSeconds: z.number().min(0).default(0).describe('How long an equal request may be answered from the last answer'),
  })
  .refine(({ fallbackModel, draftTokens }) => (fallbackModel === undefined) === (draftTokens === undefined), {
    error: 'fallbackModel and draftTokens are given together, or neither is',
    path: ['draftTokens'],
  });

export const batchArmSchema = z.strictObject({
  strategy: z.literal('batch'),
  model: modelId,
  temperature: temperature(0.5),
  maxConcurrency: z.int().min(1).max(256).default(8),
  chunkSize: z.int().min(1).default(500).describe('Tokens of chunks that one call may carry'),
  maxOutputTokens,
  timeoutMs,
});

export const orchestrateArmSchema = z.strictObject({
  strategy: z.literal('orchestrate'),
  model: modelId,
  fallbackModel: modelId.optional().describe('Takes over a step whose model fails'),
  temperature: temperature(0.5),
  maxConcurrency: z.int().min(1).max(256).default(8),
  maxDepth: z.int().min(1).default(3).describe('How many levels of prerequisites a step is shown'),
  checkpointEvery: z.int().min(1).default(5).describe('Steps between two checkpoints'),
  maxRounds: z.int().min(1).max(16).default(6).describe('Most rounds of a cycle that the request asks for; 1 takes its steps once'),
  refinePatience: z
    .int()
    .min(0)
    .max(16)
    .default(2)
    .describe('Rounds in a row that must bring nothing to end a cycle (three times as many where a judge from outside asks for more); 0 takes all rounds'),
  refineSimilarity: z.number().min(0).max(1).default(0.98).describe('Resemblance from which on a round has changed next to nothing'),
  judgeRounds: z
    .int()
    .min(0)
    .max(1)
    .default(1)
    .describe('1: a round must be preferred in both orders to replace an earlier one; 0: the round that agrees best with all others is kept'),
  maxOutputTokens,
  timeoutMs,
});

export const collaborateArmSchema = z.strictObject({
  strategy: z.literal('collaborate'),
  models: z.array(modelId).min(1).describe('Experts take them in turn; the first one also decides'),
  temperature: temperature(0.7),
  numExperts: z.int().min(1).max(16).default(3),
  debateRounds: z.int().min(0).max(8).default(2),
  consensusThreshold: z.number().min(0).max(1).default(0.7).describe('Agreement at which the debate stops'),
  judgeOrders: z
    .int()
    .min(1)
    .max(2)
    .default(1)
    .describe('2: of the two leading answers, one must be preferred in both orders, else the vote counts; 1: the first model decides among all'),
  maxOutputTokens,
  timeoutMs,
});

export const armSchema = z.discriminatedUnion('strategy', [directArmSchema, batchArmSchema, orchestrateArmSchema, collaborateArmSchema]);

export type DirectArm = z.infer<typeof directArmSchema>;
export type BatchArm = z.infer<typeof batchArmSchema>;
export type OrchestrateArm = z.infer<typeof orchestrateArmSchema>;
export type CollaborateArm = z.infer<typeof collaborateArmSchema>;
export type Arm = z.infer<typeof armSchema>;
export type StrategyName = Arm['strategy'];

export const strategyNames: readonly StrategyName[] = ['direct', 'batch', 'orchestrate', 'collaborate'];

/** The models an arm may call, most important first. */
export function modelsOf(arm: Arm): readonly string[] {
  switch (arm.strategy) {
    case 'batch':
      return [arm.model];
    case 'direct':
    case 'orchestrate':
      return arm.fallbackModel === undefined ? [arm.model] : [arm.model, arm.fallbackModel];
    case 'collaborate':
      return arm.models;
    default:
      return arm satisfies never;
  }
}

/** The parameters of an arm: all that is neither its strategy nor its models. */
export function parametersOf(arm: Arm): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(arm).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

const ids = new WeakMap<Arm, string>();

/** The stable, readable id: strategy/model+model, then the parameters that differ from the defaults, in order of name. */
export function armId(arm: Arm): string {
  let id = ids.get(arm);
  if (id === undefined) {
    id = makeId(arm);
    ids.set(arm, id);
  }
  return id;
}

function makeId(arm: Arm): string {
  const bare = arm.strategy === 'collaborate' ? { strategy: arm.strategy, models: arm.models } : { strategy: arm.strategy, model: arm.model };
  const defaults = parametersOf(armSchema.parse(bare));
  const changed = Object.entries(parametersOf(arm))
    .filter(([name, value]) => defaults[name] !== value)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  return `${arm.strategy}/${modelsOf(arm).map(escapeModel).join('+')}${changed.length === 0 ? '' : `?${changed.join('&')}`}`;
}

/** A model's name may hold the signs that have a meaning in an id. */
function escapeModel(model: string): string {
  return model.replace(/[%+?]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function unescapeModel(model: string): string {
  return model.replace(/%(25|2B|3F)/g, (_found, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The arm of an id. Throws a RangeError for a text that is no arm's id. */
export function parseArmId(id: string): Arm {
  const match = /^([a-z]+)\/([^?]+)(?:\?(.*))?$/.exec(id);
  if (match === null) throw new RangeError(`"${id}" is not the id of an arm: strategy/model?parameter=value`);
  const [, strategy, joined = '', parameters = ''] = match;
  const models = joined.split('+').map(unescapeModel);
  const [model, fallbackModel] = models;
  const parsed = armSchema.safeParse({
    strategy,
    // More models than the strategy takes are left for the schema to refuse.
    ...(strategy === 'collaborate' || models.length > 2 ? { models } : { model, ...(fallbackModel === undefined ? {} : { fallbackModel }) }),
    ...Object.fromEntries(parameters === '' ? [] : parameters.split('&').map(readParameter)),
  });
  if (!parsed.success) throw new RangeError(`"${id}" is not the id of an arm: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

function readParameter(pair: string): readonly [string, number] {
  const [name = '', value = '', ...rest] = pair.split('=');
  return [name, value === '' || rest.length > 0 ? Number.NaN : Number(value)];
}
