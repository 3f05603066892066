import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openaiWire } from '../../src/live/openai-wire.ts';
import type { PostedAnswer } from '../../src/live/posted-answer.ts';
import { readEvents } from '../../src/live/read-events.ts';
import { MalformedAnswer, type WireOptions, type WireSettings } from '../../src/live/wire.ts';
import { callWith } from '../scripted-model.ts';

async function* pieces(all: readonly (string | Uint8Array)[], ended = { early: false }): AsyncGenerator<Uint8Array> {
  ended.early = true;
  for (const one of all) yield typeof one === 'string' ? Buffer.from(one) : one;
  ended.early = false;
}

async function dataOf(all: readonly (string | Uint8Array)[], most = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
  const got: string[] = [];
  await readEvents(pieces(all), ({ data }) => got.push(data) < most);
  return got;
}

const lines = fc.array(
  fc.string({ unit: 'binary' }).filter((line) => !/[\r\n]/.test(line)),
  { minLength: 1, maxLength: 3 },
);

test('gives the same events wherever the bytes are cut, in the midst of characters too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(lines, { maxLength: 6 }), fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(200), { maxLength: 8 }), async (events, end, cuts) => {
      const text = events.map((event) => `: a comment${end}${event.map((line) => `data: ${line}${end}`).join('')}${end}`).join('');
      const bytes = Buffer.from(text);
      const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((one, other) => one - other), bytes.length];
      const cut = at.slice(1).map((to, index) => bytes.subarray(at[index], to));
      // Halves of characters are no text, and come back as what stands for them.
      expect(await dataOf(cut)).toEqual(events.map((event) => Buffer.from(event.join('\n')).toString('utf8')));
    }),
  );
});

test('reads no further once it is told to stop, and tells of nothing that came with it', async () => {
  const ended = { early: false };
  const got: string[] = [];
  await readEvents(pieces(['data: a\n\ndata: [DONE]\n\ndata: b\n\n', 'data: c\n\n'], ended), ({ data }) => got.push(data) < 2);
  expect(got).toEqual(['a', '[DONE]']);
  expect(ended.early).toBe(true);
});

test('takes an event that no empty line ends for none, and fields that it does not know for nothing', async () => {
  expect(await dataOf(['weather: fine\ndata: a\n\n', 'data: b'])).toEqual(['a']);
});

test('tells the name of an event', async () => {
  const names: unknown[] = [];
  await readEvents(pieces(['event: error\ndata: a\n\ndata: b\n\n']), ({ event }) => names.push(event) > 0);
  expect(names).toEqual(['error', undefined]);
});

test('refuses an event without end', async () => {
  const megabyte = 'x'.repeat(1024 * 1024);
  await expect(dataOf(['data: ', ...Array.from({ length: 17 }, () => megabyte)])).rejects.toThrow(MalformedAnswer);
});

test('rejects with what its listener throws', async () => {
  const own = new Error('own');
  await expect(
    readEvents(pieces(['data: a\n\n']), () => {
      throw own;
    }),
  ).rejects.toBe(own);
});

test.each([
  ['that has an error in the place of an answer', 'data: {"error":{"message":"too busy","type":"rate_limit"}}\n\n', 'too busy', 'rate_limit'],
  ['that is called one', 'event: error\ndata: {"message":"too busy","type":"overloaded"}\n\n', 'too busy', 'overloaded'],
  ['that is called one, and is no JSON', 'event: error\ndata: gone\n\n', 'gone', undefined],
])("an event %s is the SDK's error", async (_which, text, message, type) => {
  const answer: PostedAnswer = { status: 200, headers: {}, body: pieces([text]), text: async () => text };
  const transport = { post: async () => answer, fetch } as unknown as WireSettings['transport'];
  const wire = await openaiWire({ apiName: 'm', baseUrl: 'http://127.0.0.1:9/v1', key: undefined, ignores: [], transport });
  const options = { headers: undefined, onText: () => undefined, watch: {} } as unknown as WireOptions;
  await expect(wire.send(callWith(), options)).rejects.toMatchObject({ message, ...(type === undefined ? {} : { type }) });
});
