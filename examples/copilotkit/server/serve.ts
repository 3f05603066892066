/** The example's server: the built page, CopilotKit's runtime on Ratchet's endpoint, and suggestions. The key stays here. */
import './no-telemetry.ts';
import { createServer } from 'node:http';
import { createOpenAI } from '@ai-sdk/openai';
import { BuiltInAgent, CopilotRuntime } from '@copilotkit/runtime/v2';
import { createCopilotNodeListener } from '@copilotkit/runtime/v2/node';
import { sendPage } from './send-page.ts';
import { sendSuggestion } from './send-suggestion.ts';

const ratchet = { url: process.env['RATCHET_URL'] ?? 'http://127.0.0.1:8787', key: process.env['RATCHET_KEY'] ?? '' };
if (ratchet.key === '') {
  process.stderr.write('RATCHET_KEY is not set: make a key with `pnpm ratchet keys create --scope infer`\n');
  process.exit(2);
}

// Chat completions: the other API of OpenAI, responses, is not one of Ratchet's.
const model = createOpenAI({ baseURL: `${ratchet.url}/v1`, apiKey: ratchet.key, name: 'ratchet' }).chat('ratchet/auto');
const runtime = new CopilotRuntime({ agents: { default: new BuiltInAgent({ model }) } });
const answerCopilot = createCopilotNodeListener({ runtime, basePath: '/api/copilotkit' });

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (path.startsWith('/api/copilotkit')) return void answerCopilot(request, response);
  if (path === '/api/suggest') return void sendSuggestion(request, response, ratchet);
  return void sendPage(path, response);
});
server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`http://127.0.0.1:${typeof address === 'object' ? address?.port : address}\n`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
