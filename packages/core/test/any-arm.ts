/** Arms as fast-check values: every strategy, parameters given or left to their defaults, awkward model names. */
import fc from 'fast-check';
import { type Arm, armSchema } from '../src/arm.ts';

/** Plain names, and ones that hold the signs that have a meaning in an id. */
export const anyModelId = fc.oneof(
  fc.constantFrom('small', 'large', 'vendor/large-2', 'm'),
  fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', '+', '?', '&', '=', '%', '/', '2', 'B', '\n', ' ', 'é') }),
  fc.string({ minLength: 1, maxLength: 6, unit: 'binary' }),
);

const temperature = fc.double({ min: 0, max: 2, noNaN: true });
const shared = { temperature, maxOutputTokens: fc.integer({ min: 1, max: 1_000_000 }), timeoutMs: fc.integer({ min: 1, max: 1_000_000_000 }) };
const count = (max: number, min = 1) => fc.integer({ min, max });

function arms(model: fc.Arbitrary<string>) {
  const direct = fc.record(
    { strategy: fc.constant('direct'), model, ...shared, cacheSeconds: fc.double({ min: 0, max: 1e9, noNaN: true }) },
    { requiredKeys: ['strategy', 'model'] },
  );
  const drafting = fc.record(
    { strategy: fc.constant('direct'), model, fallbackModel: model, draftTokens: count(1_000_000), ...shared },
    { requiredKeys: ['strategy', 'model', 'fallbackModel', 'draftTokens'] },
  );
  const batch = fc.record(
    { strategy: fc.constant('batch'), model, ...shared, maxConcurrency: count(256), chunkSize: count(10_000) },
    { requiredKeys: ['strategy', 'model'] },
  );
  const orchestrate = fc.record(
    {
      strategy: fc.constant('orchestrate'),
      model,
      ...shared,
      fallbackModel: model,
      maxConcurrency: count(256),
      maxDepth: count(20),
      checkpointEvery: count(20),
      maxRounds: count(16),
      refinePatience: count(16, 0),
      refineSimilarity: fc.double({ min: 0, max: 1, noNaN: true }),
      judgeRounds: count(1, 0),
    },
    { requiredKeys: ['strategy', 'model'] },
  );
  const collaborate = fc.record(
    {
      strategy: fc.constant('collaborate'),
      models: fc.array(model, { minLength: 1, maxLength: 4 }),
      ...shared,
      numExperts: count(16),
      debateRounds: count(8, 0),
      consensusThreshold: fc.double({ min: 0, max: 1, noNaN: true }),
      judgeOrders: count(2),
    },
    { requiredKeys: ['strategy', 'models'] },
  );
  return fc.oneof(direct, drafting, batch, orchestrate, collaborate);
}

/** What a user may write for an arm; the schema fills in the rest. */
export const anyArmInput = arms(anyModelId);
export const anyArm: fc.Arbitrary<Arm> = anyArmInput.map((input) => armSchema.parse(input));
