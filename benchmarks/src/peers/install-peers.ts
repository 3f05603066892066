/** `pnpm bench:peers`: installs what the benchmarks are set beside into .peers/, which git ignores. What cannot be had is skipped, with a line. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { peersFolder, peersPython } from './find-python.ts';
import { installPortkey } from './portkey.ts';

const requirements = readFileSync(fileURLToPath(new URL('./requirements.txt', import.meta.url)), 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'));
const base = process.env['RATCHET_PYTHON'] || 'python3';
const run = (command: string, words: readonly string[]) => spawnSync(command, words, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;

if (installPortkey()) process.stdout.write(`Portkey's gateway is in ${peersFolder}; \`pnpm bench:service\` finds it there\n`);
else process.stderr.write("Portkey's gateway cannot be had here: it is skipped\n");
if (!existsSync(peersPython) && !run(base, ['-m', 'venv', peersFolder])) {
  process.stderr.write(`${base} cannot make a virtual environment in ${peersFolder}: no peers are installed. RATCHET_PYTHON names another Python.\n`);
  process.exit(1);
}
const missing = requirements.filter((requirement) => !run(peersPython, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement]));
for (const requirement of missing) process.stderr.write(`${requirement} cannot be had here: it is skipped\n`);
process.stdout.write(
  `${requirements.length - missing.length} of ${requirements.length} peers are in ${peersFolder}; \`pnpm bench forest\` and \`pnpm bench routing\` find them there\n`,
);
