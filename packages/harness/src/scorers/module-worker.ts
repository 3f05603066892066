/** The worker thread in which the scorer module of a user runs; `module-scorer.ts` starts it. */
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { ModuleReply, ModuleScorerInput } from './module-scorer.ts';

const reply = (message: ModuleReply): void => parentPort?.postMessage(message);

try {
  const { default: score } = (await import(pathToFileURL(workerData as string).href)) as { default?: unknown };
  if (typeof score !== 'function') {
    reply({ kind: 'failed', message: 'has no default export that is a function (input) => number or { score, reasons }' });
  } else {
    parentPort?.on('message', async (input: ModuleScorerInput) => {
      try {
        reply(readScore(await score(input)));
      } catch (error) {
        reply({ kind: 'failed', message: `threw: ${messageOf(error)}` });
      }
    });
    reply({ kind: 'loaded' });
  }
} catch (error) {
  reply({ kind: 'failed', message: `cannot be loaded: ${messageOf(error)}` });
}

function readScore(returned: unknown): ModuleReply {
  const { score, reasons = [] } =
    typeof returned === 'object' && returned !== null ? (returned as { score?: unknown; reasons?: unknown }) : { score: returned };
  const isScore = typeof score === 'number' && score >= 0 && score <= 1;
  const hasReasons = Array.isArray(reasons) && reasons.every((reason) => typeof reason === 'string');
  if (isScore && hasReasons) return { kind: 'scored', result: { score, reasons } };
  const what = returned === undefined ? 'nothing' : inspect(returned, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  return {
    kind: 'failed',
    message: `returned ${what.slice(0, 200)}, not a number from 0 to 1 or { score, reasons } with such a score and an array of texts`,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
