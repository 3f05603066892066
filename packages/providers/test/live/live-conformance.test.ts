import { systemClock } from '@ratchet/core';
import { afterAll } from 'vitest';
import { describeLanguageModel } from '../language-model-conformance.ts';
import { callWith } from '../scripted-model.ts';
import { liveSubject } from './live-subject.ts';
import { type Api, scriptedApi } from './scripted-api.ts';

const server = await scriptedApi();
afterAll(() => server.close());

for (const api of ['openai', 'anthropic', 'gemini'] as const satisfies readonly Api[]) {
  const model = liveSubject(api, server.baseUrl(api));
  // Loads the SDK, which counts for no call's time.
  await model.complete(callWith());
  afterAll(() => model.close());
  describeLanguageModel(`a live model of the ${api} API`, () => ({ model, clock: systemClock(), call: callWith(), realTime: true }));
}
server.delayMs = 250;
