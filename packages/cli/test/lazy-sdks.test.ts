import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { liveServer } from './live-server.ts';
import { newFolder, newPlace, tinyExperiment } from './ratchet.ts';

/** Says of every package of an SDK, or beneath one, that it is asked for. */
const hook = `
import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    if (/^(openai|@anthropic-ai\\/sdk|@google\\/genai|undici)$/.test(specifier)) process.stderr.write('LOADS ' + specifier + '\\n');
    return next(specifier, context);
  },
});
`;
const loads = (stderr: string) => [...new Set([...stderr.matchAll(/^LOADS (.*)$/gm)].map(([, name]) => name))].sort();

test('a simulated run loads no SDK, a live one only those that it calls', async () => {
  const server = await liveServer({ small: { inputUsdPerMTok: 1, outputUsdPerMTok: 1 }, large: { inputUsdPerMTok: 1, outputUsdPerMTok: 1 } }, () => 'no');
  const NODE_OPTIONS = `--import=${pathToFileURL(join(newFolder({ 'hook.mjs': hook }), 'hook.mjs'))}`;
  const words = ['experiment', tinyExperiment({ gate: '[{ kind: errors, most: 0 }]' }), '--generations', '0', '--policies', 'heuristic'];
  const simulated = await newPlace().run(words, { env: { NODE_OPTIONS } });
  const live = await newPlace().run([...words, '--provider', 'live'], {
    env: { NODE_OPTIONS, OPENAI_BASE_URL: server.baseUrl, ANTHROPIC_BASE_URL: '', GEMINI_BASE_URL: '' },
  });
  await server.close();
  expect([simulated.code, loads(simulated.stderr)]).toEqual([0, []]);
  expect([live.code, loads(live.stderr)]).toEqual([0, ['openai', 'undici']]);
});
