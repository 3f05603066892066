/** Requests of a hundred words, arms, and outcomes of arms on requests, to measure the learning core's speed by. */
import { type Analysis, type Arm, analyze, armSchema, seededRandom } from '@ratchet/core';
import type { LearningEvent } from '@ratchet/learning';

const nouns = [
  'invoice',
  'river',
  'parser',
  'customer',
  'matrix',
  'garden',
  'server',
  'contract',
  'sensor',
  'melody',
  'budget',
  'schedule',
  'molecule',
  'ticket',
  'sentence',
];
const verbs = ['explain', 'sort', 'summarise', 'compare', 'rewrite', 'estimate', 'check', 'describe', 'plan', 'translate'];
const others = ['the', 'a', 'of', 'with', 'for', 'and', 'when', 'quickly', 'two', 'every', 'old', 'new', 'in', 'from', '`value`', '12', 'which'];

export function requestsOf(count: number, name: string): readonly Analysis[] {
  return Array.from({ length: count }, (_, index) => analyze({ id: `${name} ${index}`, text: textOf(name, index) }));
}

/** Four strategies and five models; what is more differs in temperature. */
export function armsOf(count: number): readonly Arm[] {
  return Array.from({ length: count }, (_, index) => {
    const model = `model ${index % 5}`;
    const temperature = Math.floor(index / 20) / 100;
    const strategy = (['direct', 'batch', 'orchestrate', 'collaborate'] as const)[Math.floor(index / 5) % 4];
    return armSchema.parse(strategy === 'collaborate' ? { strategy, models: [model, 'model 0'], temperature } : { strategy, model, temperature });
  });
}

/** Random arms on random requests. */
export function eventsOf(
  count: number,
  name: string,
  { requests, arms }: { readonly requests: readonly Analysis[]; readonly arms: readonly Arm[] },
): readonly LearningEvent[] {
  const draw = seededRandom('events', name).stream();
  return Array.from({ length: count }, (_, index) => {
    const arm = Math.floor(arms.length * draw());
    return {
      id: `${name} ${index}`,
      analysis: requests[Math.floor(requests.length * draw())] as Analysis,
      arm: arms[arm] as Arm,
      propensity: 1 / arms.length,
      outcome: {
        quality: Math.min(1, 0.5 + (arm % 7) / 20 + 0.3 * draw()),
        costUsd: 0.001 * (1 + (arm % 5)) * (0.5 + draw()),
        latencyMs: 2000 * (0.5 + draw()),
      },
    };
  });
}

/** Sentences of ten words. */
export function textOf(name: string, index: number, words = 100): string {
  const draw = seededRandom('text', name, index).stream();
  const pick = (words: readonly string[]): string => words[Math.floor(words.length * draw())] as string;
  const sentences = Array.from(
    { length: Math.max(1, Math.round(words / 10)) },
    () => `${pick(verbs)} ${Array.from({ length: 8 }, () => pick(draw() < 0.4 ? nouns : others)).join(' ')} ${pick(nouns)}`,
  );
  return `${sentences.join('. ')}.`;
}
