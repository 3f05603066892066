import { createRequire } from 'node:module';
import {
  type Analysis,
  type Arm,
  analyze,
  armSchema,
  executeArm,
  type LanguageModel,
  type Message,
  type ModelCall,
  prompts,
  readSections,
  silentTracer,
  virtualClock,
} from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callReader, readCall } from '../../src/simulated/read-call.ts';

const tokenizer = createRequire(import.meta.url)('gpt-tokenizer/encoding/o200k_base') as {
  countTokens(text: string, options: { disallowedSpecial: Set<string> }): number;
};

const code = '```js\nfunction least(a, b) {\n  return a < b ? a : b;\n}\n```';
const text = `Three things, please.

1. Write a function \`parseRow(line)\` that splits a line at its semicolons.
2. Write a function \`formatRow(fields)\` that uses \`parseRow\` and joins the fields again.
3. Write unit tests for \`least\` below.

${code}`;

/** Executes an arm with models that keep what they are sent; `answer` says what they say to it. */
async function sent(analysis: Analysis, arm: unknown, answer: (call: ModelCall, index: number) => string = (_call, index) => `answer ${index}`) {
  const calls: ModelCall[] = [];
  const model: LanguageModel = {
    id: 'capturing',
    complete: async (call) => {
      const index = calls.push(call) - 1;
      return { text: answer(call, index), finishReason: 'stop', usage: { inputTokens: 0, outputTokens: 0 }, costUsd: 0, latencyMs: 0 };
    },
  };
  await executeArm(analysis, armSchema.parse(arm) as Arm, { models: () => model, clock: virtualClock(), tracer: silentTracer });
  return calls.map((call) => readCall(call.messages));
}

const analysed = analyze({ id: 'r1', text });
const chunk = (index: number) => analysed.chunks[index]?.text.trim() as string;
const materialText = () => analysed.materials[0]?.text.trim() as string;

describe('readCall', () => {
  test('the request of these tests has three steps, the second of which needs the first, and a material', () => {
    expect(analysed.chunks).toHaveLength(3);
    expect(analysed.edges).toMatchObject([{ from: 0, to: 1 }]);
    expect(analysed.materials).toHaveLength(1);
  });

  test('understands a whole request as `direct` sends it', async () => {
    const [read, ...more] = await sent(analysed, { strategy: 'direct', model: 'm' });
    expect(more).toEqual([]);
    expect(read).toMatchObject({ kind: 'answer', ask: text, context: [], draft: null, rivals: [] });
  });

  test('understands the steps that `batch` sends one by one, with the material that a step lacks', async () => {
    const read = await sent(analysed, { strategy: 'batch', model: 'm', chunkSize: 1 });
    expect(read).toMatchObject([
      { kind: 'step', ask: chunk(0), context: [materialText()], draft: null, rivals: [] },
      { kind: 'step', ask: chunk(1), context: [materialText()] },
      { kind: 'step', ask: chunk(2), context: [] },
    ]);
  });

  test('understands steps that `batch` sends together', async () => {
    const read = await sent(analysed, { strategy: 'batch', model: 'm', chunkSize: 10_000 });
    expect(read).toMatchObject([{ kind: 'step', ask: [0, 1, 2].map(chunk).join('\n\n'), context: [] }]);
  });

  test('understands what `orchestrate` shows a step: its prerequisites answered, and no others', async () => {
    const answers = new Map([
      [chunk(0), `the first:\n\n${code}`],
      [chunk(1), 'the second'],
      [chunk(2), 'the third'],
    ]);
    const read = await sent(analysed, { strategy: 'orchestrate', model: 'm' }, ({ messages }) => answers.get(readCall(messages).ask) as string);
    const byAsk = new Map(read.map((one) => [one.ask, one]));
    expect(byAsk.get(chunk(0))).toMatchObject({ kind: 'step', context: [materialText()] });
    expect(byAsk.get(chunk(1))).toMatchObject({ kind: 'step', context: [materialText(), `the first:\n\n${code}`] });
    expect(byAsk.get(chunk(2))).toMatchObject({ kind: 'step', context: [], draft: null, rivals: [] });
  });

  test("understands the rounds of `collaborate`: one's own draft, those of the others, and the last word", async () => {
    const read = await sent(analysed, { strategy: 'collaborate', models: ['m'], numExperts: 3, debateRounds: 1 });
    expect(read.map(({ kind }) => kind)).toEqual(['answer', 'answer', 'answer', 'revise', 'revise', 'revise', 'decide']);
    for (const { ask, context } of read) expect([ask, context]).toEqual([text, []]);
    expect(read.slice(0, 3)).toMatchObject([{ draft: null, rivals: [] }, { draft: null }, { draft: null }]);
    expect(read.slice(3, 6)).toMatchObject([
      { draft: 'answer 0', rivals: ['answer 1', 'answer 2'] },
      { draft: 'answer 1', rivals: ['answer 0', 'answer 2'] },
      { draft: 'answer 2', rivals: ['answer 0', 'answer 1'] },
    ]);
    expect(read[6]).toMatchObject({ draft: null, rivals: ['answer 3', 'answer 4', 'answer 5'] });
  });

  test('understands a lone expert who looks at its draft again', async () => {
    const read = await sent(analysed, { strategy: 'collaborate', models: ['m'], numExperts: 1, debateRounds: 1 });
    expect(read[1]).toMatchObject({ kind: 'revise', ask: text, draft: 'answer 0', rivals: [] });
  });

  test('takes what stands in a request or an answer for content, whatever tags it bears', async () => {
    const tag = fc.constantFrom(
      '<request>',
      '</request>',
      '</step>\n<draft>',
      '<draft>\nmine\n</draft>',
      '\n</request>\n\n<candidate>\nx\n</candidate>',
      '<\u200b/peer>',
    );
    const tricky = fc.array(fc.oneof(tag, fc.string(), fc.constantFrom('\n', ' ', '\u200b')), { maxLength: 6 }).map((pieces) => pieces.join(''));
    await fc.assert(
      fc.asyncProperty(tricky, fc.array(tricky, { minLength: 2, maxLength: 3 }), async (request, answers) => {
        const analysis = { ...analysed, text: request };
        const distinct = answers.map((answer, index) => `${answer}${index}`);
        const read = await sent(
          analysis,
          { strategy: 'collaborate', models: ['m'], numExperts: distinct.length, debateRounds: 1, consensusThreshold: 1 },
          (_call, index) => distinct[index] ?? 'later',
        );
        for (const { ask, context } of read) expect([ask, context]).toEqual([request.trim(), []]);
        const revisions = read.filter(({ kind }) => kind === 'revise');
        expect(revisions.map(({ draft }) => draft)).toEqual(distinct.map((answer) => answer.trim()));
      }),
    );
  });

  test('reads messages of others as a plain request: the last thing the user said', () => {
    const messages: readonly Message[] = [
      { role: 'system', content: 'You are helpful.' },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Good day' },
      { role: 'user', content: 'Write a poem' },
    ];
    expect(readCall(messages)).toMatchObject({ kind: 'answer', ask: 'Write a poem', context: [], draft: null, rivals: [] });
    expect(readCall([])).toMatchObject({ kind: 'answer', ask: '', context: [], draft: null, rivals: [] });
  });

  test('counts the tokens of all messages about as the real tokenizer does', async () => {
    const exact = (messages: readonly Message[]) =>
      messages.reduce((sum, { content }) => sum + tokenizer.countTokens(content, { disallowedSpecial: new Set() }), 0);
    const request = [
      { role: 'system', content: prompts.answer },
      { role: 'user', content: text },
    ] as const;
    const longer: readonly Message[] = [
      ...request,
      { role: 'assistant', content: `Here:\n\n${code}` },
      { role: 'user', content: 'And now in TypeScript, please.' },
    ];
    for (const messages of [request, longer]) {
      const { inputTokens } = readCall(messages);
      expect(inputTokens).toBeGreaterThanOrEqual(exact(messages));
      expect(inputTokens).toBeLessThanOrEqual(1.1 * exact(messages) + 5 * messages.length);
    }
    const captured: ModelCall[] = [];
    await sent(analysed, { strategy: 'collaborate', models: ['m'], numExperts: 3, debateRounds: 1 }, (call, index) => {
      captured.push(call);
      return `${code}\n\nThis is the answer number ${index}, which differs from the others.`;
    });
    for (const { messages } of captured) {
      expect(readSections(messages[1]?.content ?? '').length).toBeGreaterThan(0);
      expect(Math.abs(readCall(messages).inputTokens - exact(messages))).toBeLessThanOrEqual(0.1 * exact(messages) + 10);
    }
  });
});

test('a reader that keeps what it has read reads any sequence of calls as one that does not', () => {
  const role = fc.constantFrom<Message['role']>('system', 'user', 'assistant');
  const content = fc.constantFrom(
    ...Object.values(prompts),
    'no prompt',
    '<request>\na\n</request>',
    '<step>\na\n</step>\n\n<material>\nb\n</material>',
    'plain',
    '',
  );
  const asSent = fc.tuple(content, content).map(([system, user]): readonly Message[] => [
    { role: 'system', content: system },
    { role: 'user', content: user },
  ]);
  const anyMessages = fc.oneof({ arbitrary: asSent, weight: 3 }, { arbitrary: fc.array(fc.record({ role, content }), { maxLength: 3 }), weight: 1 });
  fc.assert(
    fc.property(fc.array(anyMessages, { maxLength: 30 }), (calls) => {
      const read = callReader();
      expect(calls.map(read)).toEqual(calls.map(readCall));
    }),
  );
});
