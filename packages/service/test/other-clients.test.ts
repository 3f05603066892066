import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ModelError, systemClock } from '@ratchet/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scriptedWorld, startService, type TestService } from './test-service.ts';

/** They weigh a hundred megabytes, so no install of the project has them: `pnpm clients` puts them here, unmodified. */
const folder = fileURLToPath(new URL('../../../.ratchet/clients', import.meta.url));
const installed = existsSync(join(folder, 'node_modules', 'ai'));
const clock = systemClock();
const load = (name: string) => import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href);

describe.skipIf(!installed)(`other clients${installed ? '' : ' (not installed: pnpm clients)'}`, () => {
  let service: TestService;
  let key: string;
  const ended: AbortSignal[] = [];
  beforeAll(async () => {
    service = await startService({
      exploration: { share: 0 },
      world: scriptedWorld((call, model, signal) => {
        const said = call.messages.at(-1)?.content ?? '';
        if (said.includes('wait')) {
          ended.push(signal as AbortSignal);
          return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new ModelError('cancelled', model, 'aborted'))));
        }
        if (said.includes('busy')) throw new ModelError('rate-limited', model, 'slow down');
        if (call.conversation !== undefined && call.conversation.messages.at(-1)?.['role'] === 'user') {
          return { text: '', toolCalls: [{ id: 'call_1', name: 'weather', arguments: '{"city":"Paris"}' }] };
        }
        return { text: call.json === undefined ? 'It is fine today.' : '{"city":"Paris"}' };
      }),
    });
    key = await service.key();
  });
  afterAll(() => service.stop());

  describe('Vercel ai with @ai-sdk/openai-compatible', () => {
    const parts = async (apiKey = key) => {
      const ai = await load('ai');
      const { createOpenAICompatible } = await load('@ai-sdk/openai-compatible');
      const provider = createOpenAICompatible({ name: 'ratchet', baseURL: `${service.url}/v1`, apiKey, includeUsage: true, supportsStructuredOutputs: true });
      return { ai, model: provider('ratchet/auto') };
    };

    it('chats, streams, and knows the usage', async () => {
      const { ai, model } = await parts();
      const whole = await ai.generateText({ model, prompt: 'How is the weather?' });
      expect([whole.text, whole.usage.totalTokens, whole.finishReason]).toEqual(['It is fine today.', 15, 'stop']);
      const stream = ai.streamText({ model, prompt: 'How is the weather?' });
      let text = '';
      for await (const piece of stream.textStream) text += piece;
      expect([text, (await stream.usage).totalTokens]).toEqual(['It is fine today.', 15]);
    });

    it('calls tools and goes on with what they say, and forms objects', async () => {
      const { ai, model } = await parts();
      const weather = ai.tool({
        description: 'The weather',
        inputSchema: z.object({ city: z.string() }),
        execute: async ({ city }: { city: string }) => `rain in ${city}`,
      });
      const result = await ai.generateText({ model, prompt: 'How is the weather in Paris?', tools: { weather }, stopWhen: ai.stepCountIs(3) });
      expect(result.text).toBe('It is fine today.');
      expect(result.steps[0].toolResults[0].output).toBe('rain in Paris');
      const { output } = await ai.generateText({ model, prompt: 'Which city?', output: ai.Output.object({ schema: z.object({ city: z.string() }) }) });
      expect(output).toEqual({ city: 'Paris' });
    });

    it('sees 401 and 429 as what they are, and can leave', async () => {
      const { ai, model } = await parts('rk_00_nothing');
      await expect(ai.generateText({ model, prompt: 'Hi', maxRetries: 0 })).rejects.toMatchObject({ statusCode: 401 });
      const good = await parts();
      await expect(good.ai.generateText({ model: good.model, prompt: 'busy', maxRetries: 0 })).rejects.toMatchObject({ statusCode: 429, isRetryable: true });
      const leave = new AbortController();
      const waiting = good.ai.generateText({ model: good.model, prompt: 'wait', abortSignal: leave.signal, maxRetries: 0 });
      while (ended.length === 0) await clock.sleep(5);
      leave.abort();
      await expect(waiting).rejects.toThrow();
      while (ended[0]?.aborted === false) await clock.sleep(5);
    });
  });

  describe('@langchain/openai', () => {
    const chat = async (apiKey = key) => {
      const { ChatOpenAI } = await load('@langchain/openai');
      return new ChatOpenAI({ model: 'ratchet/auto', apiKey, maxRetries: 0, configuration: { baseURL: `${service.url}/v1` } });
    };

    it('chats, streams, calls tools, forms objects, and sees 401', async () => {
      const model = await chat();
      const answer = await model.invoke('How is the weather?');
      expect([answer.content, answer.usage_metadata.total_tokens]).toEqual(['It is fine today.', 15]);
      let text = '';
      for await (const piece of await model.stream('How is the weather?')) text += piece.content;
      expect(text).toBe('It is fine today.');
      const tool = {
        type: 'function',
        function: { name: 'weather', description: 'The weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
      };
      expect((await model.bindTools([tool]).invoke('How is the weather in Paris?')).tool_calls[0]).toMatchObject({ name: 'weather', args: { city: 'Paris' } });
      const formed = model.withStructuredOutput({ title: 'place', type: 'object', properties: { city: { type: 'string' } } }, { method: 'jsonSchema' });
      expect(await formed.invoke('Which city?')).toEqual({ city: 'Paris' });
      await expect((await chat('rk_00_nothing')).invoke('Hi')).rejects.toMatchObject({ status: 401 });
    });
  });
});
