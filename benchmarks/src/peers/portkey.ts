/** Portkey's gateway, beside which the service is measured: where it is installed, and how it gets there. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peersFolder } from './find-python.ts';

const folder = join(peersFolder, 'portkey');
const program = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');

/** The program that starts it; undefined where it is not installed. */
export function findPortkey(): string | undefined {
  return existsSync(program) ? program : undefined;
}

/** False where the registry of npm has it not for us. With the versions of its parts that it was published with: with later ones it does not start. */
export function installPortkey(): boolean {
  mkdirSync(folder, { recursive: true });
  const manifest = {
    private: true,
    dependencies: { '@portkey-ai/gateway': '1.15.2' },
    overrides: { hono: '4.9.7', '@hono/node-server': '1.3.3' },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent', '--prefix', folder];
  return spawnSync('npm', words, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0 && existsSync(program);
}
