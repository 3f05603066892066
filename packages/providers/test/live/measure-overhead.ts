/** A program that prints the processor time of a call through the bare SDK and through all layers, in milliseconds, as JSON. */
import { setTimeout as wait } from 'node:timers/promises';
import { seededRandom, systemClock } from '@ratchet/core';
import OpenAI from 'openai';
import { catalogueSchema } from '../../src/catalogue/catalogue-schema.ts';
import { liveModels } from '../../src/live/live-models.ts';
import { spending } from '../../src/resilience/spending.ts';
import { callWith } from '../scripted-model.ts';
import { price } from './live-subject.ts';

const [rounds, warmUp, calls] = [10, 10, 40];
const baseUrl = process.argv[2] as string;
const catalogue = catalogueSchema.parse({
  providers: { here: { api: 'openai', baseUrl, key: null } },
  models: { m: { provider: 'here', contextTokens: 128_000, maxOutputTokens: 4096, price } },
});
const client = new OpenAI({ apiKey: 'none', baseURL: baseUrl, maxRetries: 0 });
const live = liveModels({ catalogue, environment: {}, served: {} }, { clock: systemClock() });
const model = live.model('m', { spending: spending(100), random: seededRandom('overhead') });
let made = 0;
/** Never the same twice, and as long as a prompt is. */
const messages = () => [{ role: 'user' as const, content: `${made++}: ${'Write a function that adds two numbers, and explain it. '.repeat(30)}` }];
const ways = [
  () => client.chat.completions.create({ model: 'm', messages: messages(), temperature: 0.7, max_tokens: 1000, seed: 0 }),
  () => model.complete(callWith({ messages: messages() })),
];
const times = ways.map((): number[] => []);
for (let round = -warmUp; round < rounds; round++) {
  for (const [index, way] of ways.entries()) {
    await wait(2);
    const begun = process.cpuUsage();
    for (let done = 0; done < calls; done++) await way();
    const { user, system } = process.cpuUsage(begun);
    if (round >= 0) times[index]?.push((user + system) / 1000 / calls);
  }
}
await live.close();
// Whatever else the machine does adds to a round: the least of all says what the calls themselves took.
const [bareMs, layeredMs] = times.map((own) => Math.min(...own));
process.stdout.write(JSON.stringify({ bareMs, layeredMs }));
