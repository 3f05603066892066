/** Traffic through a service whose models change under it, in a thread of its own: the tagger that analyses requests keeps words of earlier texts, of other tests too. */
import { parentPort } from 'node:worker_threads';
import { seededRandom, systemClock } from '@ratchet/core';
import type { World } from '@ratchet/harness';
import {
  catalogueSchema,
  faultFileSchema,
  liveModels,
  modelDirectory,
  type SimulatedModels,
  simulatedBank,
  simulatedModels,
  simulationSchema,
  spending,
  startMockServer,
} from '@ratchet/providers';
import { startService, twoModels } from './test-service.ts';

/** US dollars per million tokens, and the logit of a right answer before the shift and after it; null while there is no such model. */
const models = {
  large: { usd: 10, skill: [2.2, 2.2] },
  small: { usd: 0.5, skill: [2.2, -0.85] },
  fresh: { usd: 1, skill: [null, 2.94] },
} as const;
type Name = keyof typeof models;
const names = Object.keys(models) as Name[];
const priceOf = (name: string) => ({
  inputUsdPerMTok: models[name as Name].usd,
  outputUsdPerMTok: models[name as Name].usd,
  asOf: '2026-01-01',
  source: 'a test',
});

const topics = ['rivers', 'cities', 'planets', 'metals', 'birds', 'trees', 'kings', 'lakes', 'bridges', 'islands'];
/** Each run of four words names the topic: by those the simulated models know what is asked. */
const askOf = (topic: string): string => `which ${topic} are the ${topic} that people of ${topic} know`;
/** Answers of one length, so that what an answer costs follows from who gives it. */
const answerOf = (topic: string, right: boolean): string =>
  `## ${topic}\n\n${`The ${right ? 'first' : 'other'} of them, and all that is to be said of it. `.repeat(12)}`;
const bank = simulatedBank(
  topics.map((topic) => ({
    id: topic,
    family: 'fact',
    difficulty: 0,
    needs: [],
    reads: [],
    language: 'markdown' as const,
    answers: [
      { grade: 'right' as const, text: answerOf(topic, true) },
      { grade: 'partial' as const, text: `${answerOf(topic, false)} Perhaps.` },
      { grade: 'wrong' as const, text: answerOf(topic, false) },
    ],
  })),
  topics.map((topic) => ({ partId: topic, words: askOf(topic) })),
);

function worldOf(phase: 0 | 1): SimulatedModels {
  const sure = { itemSpread: 0, rateLimitedShare: 0, timeoutShare: 0, cutOffShare: 0, firstTokenMs: 1, tokensPerSecond: 1e6, source: 'a test' };
  const simulation = simulationSchema.parse({
    models: names.flatMap((id) => {
      const skill = models[id].skill[phase];
      return skill === null ? [] : [{ id, pricedAs: id, skill: { fact: skill }, ...sure }];
    }),
    world: { source: 'a test', partialShare: 0 },
  });
  return simulatedModels(simulation, { bank, nature: seededRandom('nature'), prices: Object.fromEntries(names.map((name) => [name, priceOf(name)])) });
}

const arm = (model: string) => ({ strategy: 'direct', model, temperature: 0.7, maxOutputTokens: 4096, timeoutMs: 120_000, cacheSeconds: 0 }) as const;

export interface Window {
  readonly failed: number;
  readonly quality: number;
  /** Of what the heuristic, which asks the large model whatever comes, would have paid for the same answers. */
  readonly saved: number;
}

/** What came of the requests before the shift (the first of which it had to learn from), of those that had to find out about it, and of those after. */
export interface ShiftRun {
  readonly start: Window;
  readonly before: Window;
  readonly shift: Window;
  readonly after: Window;
  /** Faults of the upstream server. */
  readonly struck: number;
  readonly errors: readonly string[];
}

async function runShift(): Promise<ShiftRun> {
  const clock = systemClock();
  let current = worldOf(0);
  let struck = 0;
  let asked = 0;

  const served: SimulatedModels = {
    get ids() {
      return current.ids;
    },
    price: (id) => current.price(id),
    open: (id, parts) => current.open(id, parts),
    inputTokens: (messages) => current.inputTokens(messages),
  };
  const faults = [
    { kind: 'server-error', status: 503, probability: 0.01 },
    { kind: 'malformed-json', probability: 0.005 },
    { kind: 'empty-body', probability: 0.005 },
    { kind: 'refused-connection', probability: 0.005 },
  ];
  const upstream = await startMockServer(served, {
    clock,
    wallClock: () => new Date(0),
    faults: faultFileSchema.parse({ seed: 1, faults }),
    onFault: () => struck++,
  });
  const catalogue = catalogueSchema.parse({
    providers: { home: { api: 'openai', baseUrl: `${upstream.url}/v1`, key: null, maxRetries: 0 } },
    models: Object.fromEntries(names.map((name) => [name, { provider: 'home', price: priceOf(name) }])),
  });
  const live = liveModels({ catalogue, environment: {}, served: {} }, { clock });
  const account = spending(Number.POSITIVE_INFINITY);
  const world: World = {
    evidence: 'live',
    repeats: 'never',
    open: (random) => ({ clock, models: modelDirectory(new Map(names.map((id) => [id, () => live.model(id, { spending: account, random })]))) }),
    tokenPrice: priceOf,
  };
  const service = await startService({
    world,
    task: {
      ...twoModels,
      name: 'shift',
      arms: names.map(arm),
      objective: { kind: 'constrained', floor: { kind: 'best-arm', margin: 0.05 }, qualityValue: 1, caution: 0 },
    },
    learning: { margin: 0.05 },
    random: seededRandom('shift', Number(process.env['SHIFT_SEED'] ?? 0)),
  });
  const key = await service.key();

  /** So many requests one after the other, each judged; the service learns now and then, as it does by the clock. */
  async function traffic(count: number): Promise<Window> {
    let [failed, right, usd, heuristicUsd] = [0, 0, 0, 0];
    for (let end = asked + count; asked < end; asked++) {
      const topic = topics[asked % topics.length] as string;
      // The same questions again and again; the temperature makes each another draw.
      const content = `Tell me ${askOf(topic)}, in region ${Math.floor(asked / topics.length) % 8}.`;
      const response = await service.chat(content, key, { temperature: 0.5 + asked / 10_000 });
      const body = (await response.json()) as { readonly choices?: readonly { readonly message: { readonly content: string } }[] };
      const text = body.choices?.[0]?.message.content;
      if (response.status !== 200 || text === undefined) failed++;
      else {
        const quality = text.trim() === answerOf(topic, true).trim() ? 1 : 0;
        const [strategyAndModel] = (response.headers.get('x-ratchet-arm') as string).split('?');
        const model = strategyAndModel?.split('/')[1] as Name;
        const cost = Number(response.headers.get('x-ratchet-cost-usd'));
        right += quality;
        usd += cost;
        heuristicUsd += (cost * models.large.usd) / models[model].usd;
        const judged = await service.post('/v1/feedback', { decision: response.headers.get('x-ratchet-decision'), quality }, key);
        if (judged.status !== 200) throw new Error(`feedback was not taken: ${judged.status}`);
      }
      if (asked % 30 === 29) await service.learner.turn();
    }
    return { failed, quality: right / (count - failed), saved: 1 - usd / heuristicUsd };
  }

  const start = await traffic(240);
  const before = await traffic(120);
  current = worldOf(1);
  const shift = await traffic(500);
  const after = await traffic(120);
  const errors = service.errors.map(String);
  await service.stop();
  await live.close();
  await upstream.close();
  return { start, before, shift, after, struck, errors };
}

runShift().then(
  (run) => parentPort?.postMessage(run),
  (error: unknown) => {
    throw error;
  },
);
