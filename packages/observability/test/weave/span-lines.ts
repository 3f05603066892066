/** Lines of a spool as a run writes them: trees of spans, through the tracer. */
import { spanTracer } from '../../src/span-tracer.ts';
import { spoolWriter } from '../../src/spool/spool-writer.ts';
import { ticking, tracerParts } from '../tracer-parts.ts';

export const spansOfTrial = 5;

/** So many trials of two calls each, the second of which fails in every tenth. */
export async function writeTrials(folder: string, trials: number, writer = 'main'): Promise<void> {
  const spool = spoolWriter(folder, writer);
  const tracer = spanTracer({ ...tracerParts(ticking()), sinks: [spool] });
  for (let trial = 0; trial < trials; trial++) {
    await tracer.span('trial', { trialId: `t${trial}`, policy: 'learned', seed: 1, generation: trial % 3 }, async (span) => {
      await tracer.span('request', { requestId: `t${trial}` }, async () => {
        tracer.step('decide', {}, (step) => step.set({ armId: 'direct/m', propensity: 0.5 }));
        for (const call of [0, 1]) {
          const asked = tracer.span('model call', { model: 'm' }, async (one) => {
            one.content(() => ({ messages: [{ role: 'user', content: `question ${trial}` }] }));
            if (call === 1 && trial % 10 === 9) throw Object.assign(new Error('too late'), { kind: 'timeout' });
            one.set({ inputTokens: 10, outputTokens: 5, costUsd: 0.001 });
            one.content(() => ({ answer: `answer ${trial}` }));
          });
          await asked.catch(() => undefined);
        }
      });
      span.set({ quality: 1, costUsd: 0.002 });
    });
  }
  spool.close();
}
