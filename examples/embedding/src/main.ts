/** Answers a request with the arm that was learned for it, and logs what came of it for the next `ratchet learn`. */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createOrchestrator, seededRandom, silentTracer, systemClock } from '@ratchet/core';
import { learnedPolicy } from './learned-policy.ts';
import { ownModel } from './own-model.ts';

const [folder, request, log] = process.argv.slice(2);
if (folder === undefined || request === undefined) {
  process.stderr.write('node src/main.ts .ratchet/learned/NAME "a request" [LOG.jsonl]\n');
  process.exit(2);
}
const clock = systemClock();
const server = { url: process.env['OPENAI_BASE_URL'] ?? 'https://api.openai.com/v1', key: process.env['OPENAI_API_KEY'] ?? '', clock };
const orchestrator = createOrchestrator({ policy: learnedPolicy(folder), models: (id) => ownModel(id, server), clock, tracer: silentTracer });

const id = randomUUID();
const { decision, end, usage, latencyMs } = await orchestrator.handle({ id, text: request }, seededRandom(id));
process.stdout.write(`${end.kind === 'answered' ? end.text : end.error.message}\n`);
process.stderr.write(`${decision.armId}, $${usage.costUsd ?? '?'}\n`);
// `quality` is added by a later line of the same id, when somebody has judged the answer.
const line = { id, request, arm: decision.armId, propensity: decision.propensity, quality: null, costUsd: usage.costUsd, latencyMs };
if (log !== undefined) appendFileSync(log, `${JSON.stringify(line)}\n`);
process.exitCode = end.kind === 'answered' ? 0 : 1;
