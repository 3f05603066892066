/** A made table in which the best model is also the cheapest: nothing can be gained, and nothing may be lost. */
import { analyze, armSchema, seededRandom } from '@ratchet/core';
import type { RoutingTable } from './routing-table.ts';

const queries = 1200;
/** Logit of being right, and US dollars for a thousand characters. */
const models = [
  { model: 'best-and-cheapest', skill: 2.2, price: 0.0002 },
  { model: 'second', skill: 1.9, price: 0.002 },
  { model: 'third', skill: 1.6, price: 0.001 },
  { model: 'fourth', skill: 1.0, price: 0.0005 },
  { model: 'fifth', skill: 0.4, price: 0.004 },
] as const;
const topics = ['a train table', 'a tax form', 'a recipe', 'a sorting routine', 'a rental contract', 'a star chart'];
const asks = ['Explain', 'Summarise', 'Check', 'Translate', 'Extend'];

/** Every model loses as much on hard queries as the others: no kind of query favours any. */
export function noHarmTable(): RoutingTable {
  const random = seededRandom('no harm');
  const arms = models.map(({ model }) => armSchema.parse({ strategy: 'direct', model }));
  const texts = Array.from({ length: queries }, (_, index) => {
    const pick = (list: readonly string[], key: string): string => list[Math.floor(random.uniform(key, index) * list.length)] as string;
    return `${pick(asks, 'ask')} ${pick(topics, 'topic')} with ${2 + Math.floor(random.uniform('size', index) * 40)} entries${random.uniform('more', index) < 0.5 ? '.' : ', and say which of them stand out.'} (${index})`;
  });
  return {
    queries: texts.map((text, index) => ({ id: `q${index}`, analysis: analyze({ id: `q${index}`, text }) })),
    arms,
    models: models.map(({ model }) => model),
    outcomes: texts.map((text, index) =>
      models.map(({ model, skill, price }) => {
        const right = 1 / (1 + Math.exp(-(skill - random.normal('difficulty', index))));
        return { quality: random.uniform('luck', index, model) < right ? 1 : 0, costUsd: (price * text.length) / 1000, latencyMs: null };
      }),
    ),
  };
}
