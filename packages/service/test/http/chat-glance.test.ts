import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { glancedRequest } from '../../src/http/chat-glance.ts';
import { chatRequestSchema } from '../../src/http/chat-request.ts';

const odd = fc.constantFrom<unknown>(null, -1, 0, 1.5, 3, 2_000_000, true, '', 'user', [], {}, ['a'], 'x'.repeat(257));
const most = <T>(usual: fc.Arbitrary<T>) => fc.oneof({ weight: 12, arbitrary: usual as fc.Arbitrary<unknown> }, odd);
/** Seldom with more. */
const rarelyWith = (usual: fc.Arbitrary<object>, more: fc.Arbitrary<object>) =>
  fc.tuple(usual, fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, more)).map(([one, other]) => ({ ...one, ...other }));
const message = rarelyWith(
  fc.record({ role: most(fc.constantFrom('user', 'system', 'assistant', 'developer', 'tool')), content: most(fc.string({ maxLength: 4 })) }),
  fc.record({ name: odd, tool_call_id: odd }),
);
const settings = fc.record(
  {
    stream: most(fc.boolean()),
    temperature: most(fc.double({ min: 0, max: 2, noNaN: true })),
    max_tokens: most(fc.integer({ min: 1, max: 2000 })),
    max_completion_tokens: most(fc.integer({ min: 1, max: 2000 })),
  },
  { requiredKeys: [] },
);
const asked = fc.record({ model: most(fc.constant('ratchet/auto')), messages: most(fc.array(most(message), { minLength: 1, maxLength: 3 })) });
const request = rarelyWith(
  fc.tuple(asked, settings).map(([one, other]) => ({ ...one, ...other })),
  fc.record({ seed: odd, n: odd, base_url: odd }, { requiredKeys: [] }),
);

describe('a request that is recognised at a glance', () => {
  it('is one that the schema takes, as the schema reads it', () => {
    let seen = 0;
    fc.assert(
      fc.property(most(request), (given) => {
        const glanced = glancedRequest(given);
        if (glanced === undefined) return;
        seen++;
        expect(chatRequestSchema.parse(given)).toEqual(glanced);
      }),
      { numRuns: 2000 },
    );
    expect(seen).toBeGreaterThan(5);
  });

  it('is what clients send mostly', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hello?' },
    ];
    expect(glancedRequest({ model: 'ratchet/auto', messages, temperature: 0, stream: true, max_tokens: 10 })).toBeDefined();
  });
});
