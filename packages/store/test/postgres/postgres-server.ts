/** A PostgreSQL server for tests: that of TEST_DATABASE_URL, or one of the system's packages, started for this process alone. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@ratchet/core';

export interface PostgresServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Where Debian and Ubuntu put the programs of the server, which are on nobody's PATH. */
const packages = '/usr/lib/postgresql';

/** The folder of the server's programs; undefined where it is not installed. */
function programs(): string | undefined {
  const versions = existsSync(packages) ? readdirSync(packages).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(packages, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')));
}

/** Why the tests that need a server are skipped; undefined where they are not. */
export function whyNoServer(): string | undefined {
  if (process.env['TEST_DATABASE_URL'] !== undefined) return undefined;
  if (programs() === undefined) return 'no PostgreSQL: set TEST_DATABASE_URL, or install the package postgresql';
  return undefined;
}

/** Throws where there is none; ask `whyNoServer` before. */
export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined) return { url: given, stop: async () => undefined };
  const folder = programs() as string;
  const home = mkdtempSync(join(tmpdir(), 'postgres-'));
  // The server refuses to run as root: then it runs as the user that the package made.
  const root = process.getuid?.() === 0;
  if (root) execFileSync('chown', ['postgres', home]);
  const run = (program: string, words: readonly string[]) =>
    root ? (['runuser', ['-u', 'postgres', '--', join(folder, program), ...words]] as const) : ([join(folder, program), words] as const);
  const data = join(home, 'data');
  const [command, words] = run('initdb', ['--pgdata', data, '--username', 'ratchet', '--auth', 'trust', '--no-sync', '--locale', 'C', '--encoding', 'UTF8']);
  if (root) execFileSync('chmod', ['a+rx', join(home, '..')]);
  execFileSync(command, words, { stdio: 'pipe' });
  // Its socket is in its own folder, and it listens to no network.
  const [server, options] = run('postgres', ['-D', data, '-k', home, '-c', 'listen_addresses=', '-c', 'max_connections=40']);
  const child = spawn(server, options, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said += data;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const clock = systemClock();
  for (let tries = 0; !said.includes('ready to accept connections'); tries++) {
    if (child.exitCode !== null || tries > 600) throw new Error(`PostgreSQL did not start: ${said}`);
    await clock.sleep(50);
  }
  const pidFile = join(data, 'postmaster.pid');
  return {
    url: `postgresql://ratchet@/postgres?host=${encodeURIComponent(home)}`,
    stop: async () => {
      if (existsSync(pidFile)) {
        const [stop, how] = run('pg_ctl', ['stop', '-D', data, '-m', 'immediate', '--no-wait']);
        execFileSync(stop, how, { stdio: 'pipe' });
      }
      await ended;
    },
  };
}
