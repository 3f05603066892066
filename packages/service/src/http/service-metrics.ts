/** What the service counts, for Prometheus. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { LearningProgress } from '../learning/background-learner.ts';
import type { PricesInUse } from '../prices-in-use.ts';
import type { Answered } from '../serving/answer-service.ts';
import { labelTally } from './label-tally.ts';

export interface ServiceMetrics {
  request(path: string, status: number): void;
  answered(answered: Answered): void;
  feedback(): void;
  unrecorded(): void;
  learning(progress: LearningProgress): void;
  /** `generation`: that which serves. */
  text(generation: number, prices?: PricesInUse): Promise<string>;
}

export function serviceMetrics(): ServiceMetrics {
  const registry = new Registry();
  const registers = [registry];
  const requestLabels = ['path', 'status'] as const;
  const answerLabels = ['strategy', 'end', 'explored'] as const;
  const requests = labelTally(
    new Counter({ name: 'ratchet_http_requests_total', help: 'Requests by route and status', labelNames: requestLabels, registers }),
    requestLabels,
  );
  const answers = labelTally(
    new Counter({ name: 'ratchet_answers_total', help: 'Answers by strategy and end', labelNames: answerLabels, registers }),
    answerLabels,
  );
  const fallbacks = new Counter({ name: 'ratchet_fallbacks_total', help: 'Arms that were tried after the one that was chosen', registers });
  const cost = new Counter({ name: 'ratchet_cost_usd_total', help: 'US dollars, of answers whose cost is known', registers });
  const latency = new Histogram({
    name: 'ratchet_answer_latency_seconds',
    help: 'From the decision to the answer',
    buckets: [0.1, 0.3, 1, 3, 10, 30, 100],
    registers,
  });
  const feedback = new Counter({ name: 'ratchet_feedback_total', help: 'Feedback that was recorded', registers });
  const unrecorded = new Counter({ name: 'ratchet_unrecorded_total', help: 'Outcomes that the store did not take', registers });
  const learning = new Counter({ name: 'ratchet_learning_events_total', help: 'What the learner did', labelNames: ['kind'], registers });
  const serving = new Gauge({ name: 'ratchet_serving_generation', help: 'The generation that serves', registers });
  let writePrices = (first: PricesInUse): void => {
    writePrices = priceMetrics(registers);
    writePrices(first);
  };
  return {
    request: (path, status) => requests.add(path, String(status)),
    answered: ({ arm, end, explored, usage, latencyMs, fallbacks: times }) => {
      answers.add(arm.strategy, end.kind === 'answered' ? 'answered' : end.error.kind, String(explored));
      if (times > 0) fallbacks.inc(times);
      if (usage.costUsd !== null) cost.inc(usage.costUsd);
      if (latencyMs !== null) latency.observe(latencyMs / 1000);
    },
    feedback: () => feedback.inc(),
    unrecorded: () => unrecorded.inc(),
    learning: ({ kind }) => learning.inc({ kind }),
    text: (generation, prices) => {
      serving.set(generation);
      requests.tell();
      answers.tell();
      if (prices !== undefined) writePrices(prices);
      return registry.metrics();
    },
  };
}

/** Those of prices that may change; without any, they are not among the metrics. */
function priceMetrics(registers: Registry[]): (prices: PricesInUse) => void {
  const inUse = new Gauge({ name: 'ratchet_prices_info', help: 'The prices in use, always 1', labelNames: ['version', 'as_of'], registers });
  const files = new Counter({
    name: 'ratchet_price_files_total',
    help: 'Versions of the price file by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  const fault = new Gauge({ name: 'ratchet_price_file_fault', help: '1 while the price file cannot be used and the last good prices serve', registers });
  return ({ version, asOf, fault: why, taken, refused }) => {
    inUse.reset();
    inUse.set({ version, as_of: asOf ?? '' }, 1);
    files.reset();
    files.inc({ outcome: 'taken' }, taken);
    files.inc({ outcome: 'refused' }, refused);
    fault.set(why === null ? 0 : 1);
  };
}
