/** `pnpm test:real-llm [--run NAME]`: a small experiment, live, on a real language model that runs on this machine. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installedLlm } from './install-real-llm.ts';
import { llmServer, servedName } from './llm-server.ts';

const { values } = parseArgs({ options: { run: { type: 'string', default: 'latest' }, limit: { type: 'string' } } });
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = await llmServer(installedLlm((text) => process.stderr.write(`test:real-llm ${text}\n`)));
const folder = mkdtempSync(join(tmpdir(), 'ratchet-real-llm-'));
// One call at a time: what a call waits for others is no latency of its own. The price gives cost a unit.
const catalogue = {
  providers: { here: { api: 'openai', baseUrl: server.baseUrl, key: null, concurrency: 1 } },
  models: {
    [servedName]: {
      provider: 'here',
      contextTokens: 2048,
      price: { inputUsdPerMTok: 0.01, outputUsdPerMTok: 0.04, asOf: '2026-11-26', source: 'invented: the model runs at home' },
    },
  },
};
writeFileSync(join(folder, 'models.yaml'), JSON.stringify(catalogue));
const words = [
  'experiment',
  here('short-tasks.yaml'),
  '--provider',
  'live',
  '--models',
  join(folder, 'models.yaml'),
  '--run',
  values.run,
  '--concurrency',
  '2',
];
const child = spawn(
  process.execPath,
  [here('../../../packages/cli/src/ratchet.mjs'), ...words, ...(values.limit === undefined ? [] : ['--limit', values.limit])],
  {
    stdio: 'inherit',
  },
);
process.exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
await server.close();
rmSync(folder, { recursive: true });
// The runtime keeps its threads.
process.exit();
