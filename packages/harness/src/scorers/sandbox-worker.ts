/** The thread in which programs of answers are executed; `sandbox-thread.ts` starts it. */
import { parentPort } from 'node:worker_threads';
import { loadJavaScriptSandbox } from './javascript-sandbox.ts';
import type { SandboxOrder, SandboxReply } from './sandbox-thread.ts';

const sandbox = await loadJavaScriptSandbox();

parentPort?.on('message', async ({ number, first, scripts, result, limits }: SandboxOrder) => {
  const from = first.length === 0 ? sandbox : sandbox.after(first);
  const end = await from.run(scripts, result, limits);
  parentPort?.postMessage({ number, end } satisfies SandboxReply);
});
