import { afterAll } from 'vitest';
import { describeLanguageModel } from '../language-model-conformance.ts';
import { networkClock } from '../network-clock.ts';
import { callWith } from '../scripted-model.ts';
import { liveSubject } from './live-subject.ts';
import { type Api, scriptedApi } from './scripted-api.ts';

for (const api of ['openai', 'anthropic', 'gemini'] as const satisfies readonly Api[]) {
  // Time passes while every call waits for the server, and the server for time.
  const clock = networkClock(() => model.underWay === server.waiting);
  const server = await scriptedApi({ clock, delayMs: 250 });
  const model = liveSubject(api, server.baseUrl(api), clock);
  // Loads the SDK.
  await model.complete(callWith());
  afterAll(async () => {
    await model.close();
    await server.close();
  });
  describeLanguageModel(`a live model of the ${api} API`, () => ({ model, clock, call: callWith() }));
}
