import { describe, expect, test } from 'vitest';
import { prompts } from '../../src/prompts/prompts.ts';
import { callModel } from '../../src/strategies/call-model.ts';
import { silentTracer } from '../../src/tracer.ts';
import { virtualClock } from '../../src/virtual-clock.ts';
import { stepsWith } from '../analysis-of.ts';
import { type Script, scriptedModels } from '../scripted-models.ts';

const settings = { model: 'm', temperature: 0.5, maxOutputTokens: 10, timeoutMs: 100, seed: 7 };

async function call(script: Script, model = 'm') {
  const clock = virtualClock();
  const scripted = scriptedModels(clock, { m: script });
  const end = await callModel(
    stepsWith(1),
    { kind: 'revise', content: 'the content' },
    { ...settings, model },
    { models: scripted.models, clock, tracer: silentTracer },
  );
  return { end, ...scripted };
}

describe('callModel', () => {
  test('sends the prompt of a kind as the system message and the content as the user message, with the settings', async () => {
    const { end, calls } = await call(() => 'hello');
    expect(end).toEqual({ kind: 'answered', text: 'hello' });
    expect(calls.map((received) => received.call)).toEqual([
      {
        requestId: 'request',
        messages: [
          { role: 'system', content: prompts.revise },
          { role: 'user', content: 'the content' },
        ],
        temperature: 0.5,
        maxOutputTokens: 10,
        timeoutMs: 100,
        seed: 7,
      },
    ]);
  });

  test('takes an answer that was cut off for an answer', async () => {
    expect((await call(() => ({ text: 'cut o', finishReason: 'length' }))).end).toEqual({ kind: 'answered', text: 'cut o', cutOff: true });
  });

  test.each(['rate-limited', 'timeout', 'unavailable', 'refused', 'cancelled', 'not-recorded'] as const)(
    'makes data of a model that fails: %s',
    async (kind) => {
      expect((await call(() => ({ error: kind }))).end).toMatchObject({ kind: 'failed', error: { kind, modelId: 'm' }, partialText: '' });
    },
  );

  test('makes data of a model that does not exist', async () => {
    expect((await call(() => 'hello', 'nobody')).end).toMatchObject({ kind: 'failed', error: { kind: 'unknown-model', modelId: 'nobody' } });
  });
});
