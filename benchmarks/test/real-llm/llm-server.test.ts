import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom, systemClock } from '@ratchet/core';
import { catalogueSchema, liveModels, spending } from '@ratchet/providers';
import { afterAll, expect, test } from 'vitest';
import { llmServer, servedName } from '../../src/real-llm/llm-server.ts';

const scorer = new URL('../../src/real-llm/short-tasks/score.mjs', import.meta.url).href;
type Score = (given: { readonly task: { readonly expected: string | number }; readonly answer: string }) => { readonly score: number };
const { default: score } = (await import(scorer)) as { readonly default: Score };

const folder = mkdtempSync(join(tmpdir(), 'ratchet-llm-server-'));
const runtime = join(folder, 'runtime.mjs');
/** The face of node-llama-cpp, over a model that says what it was told before, in two pieces, and counts characters. */
writeFileSync(
  runtime,
  `let tokens = { usedInputTokens: 0, usedOutputTokens: 0 };
const sequence = { clearHistory: async () => {}, tokenMeter: { getState: () => ({}), diff: () => tokens } };
export const getLlama = async () => ({ loadModel: async () => ({ createContext: async () => ({ getSequence: () => sequence }) }) });
export class LlamaChatSession {
  setChatHistory(history) { this.system = history[0]?.text ?? ''; }
  async promptWithMeta(text, { onTextChunk, maxTokens }) {
    for (const piece of [this.system, text]) onTextChunk(piece);
    tokens = { usedInputTokens: 5, usedOutputTokens: 7 };
    return { responseText: this.system + text, stopReason: maxTokens < 10 ? 'maxTokens' : 'eogToken' };
  }
  dispose() {}
}
`,
);
const server = await llmServer({ runtime, weights: 'none' });
const catalogue = catalogueSchema.parse({
  providers: { here: { api: 'openai', baseUrl: server.baseUrl, key: null } },
  models: { [servedName]: { provider: 'here' } },
});
const live = liveModels({ catalogue, environment: {}, served: {} }, { clock: systemClock() });
afterAll(async () => {
  await live.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

test.each([false, true])('the server of the real model answers the shipped adapter, streaming: %s', async (streaming) => {
  const model = live.model(servedName, { spending: spending(1), random: seededRandom('test') });
  const pieces: string[] = [];
  const ask = (maxOutputTokens: number) =>
    model.complete(
      {
        requestId: 'r',
        messages: [
          { role: 'system', content: 'Be brief. ' },
          { role: 'user', content: 'Yes?' },
        ],
        temperature: 0,
        maxOutputTokens,
        seed: 1,
      },
      streaming ? { onDelta: (delta) => pieces.push(delta.kind === 'text' ? delta.text : '') } : {},
    );
  expect(await ask(20)).toMatchObject({ text: 'Be brief. Yes?', finishReason: 'stop', usage: { inputTokens: 5, outputTokens: 7 } });
  expect(pieces).toEqual(streaming ? ['Be brief. ', 'Yes?'] : []);
  expect((await ask(8)).finishReason).toBe('length');
});

test.each<[string | number, string, number]>([
  [12, '7 + 5 = 12.', 1],
  [12, '12 is what 7 and 5 make, or 13', 0],
  ['Rome', 'The city is Rome.', 1],
  ['positive', 'It is negative.', 0],
  ['Rome', 'Among Paris, London, Berlin, Madrid, Vienna, Prague, Athens, Lisbon, Dublin, Oslo, Bern and Rome it is one', 0],
])('of a task that expects %s, the answer "%s" scores %d', (expected, answer, wanted) => {
  expect(score({ task: { expected }, answer }).score).toBe(wanted);
});
