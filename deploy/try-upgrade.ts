/**
 * Upgrades a service that has answered requests from one checkout to another, and takes that back, as docs/deploy.md says, with SQLite and with a PostgreSQL
 * of the system's packages: `node deploy/try-upgrade.ts OLD_CHECKOUT [NEW_CHECKOUT]`, both with their dependencies installed.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../packages/store/test/postgres/postgres-server.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const [given, other = project] = process.argv.slice(2);
if (given === undefined) {
  process.stderr.write('node deploy/try-upgrade.ts OLD_CHECKOUT [NEW_CHECKOUT]\n');
  process.exit(2);
}
const [old, next] = [resolve(given), resolve(other)];
const key = `rk_upgrade_${randomBytes(20).toString('hex')}`;
const page = readFileSync(join(project, 'docs', 'deploy.md'), 'utf8');
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const running = new Set<ChildProcess>();

type Environment = Readonly<Record<string, string>>;

interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

/** Rejects with what it said last where it ends instead. */
async function serve(checkout: string, env: Environment): Promise<Running> {
  const words = [join(checkout, 'packages/cli/src/ratchet.mjs'), 'serve', '--port', '0', '--json'];
  const child = spawn(process.execPath, words, { env: { ...process.env, RATCHET_ADMIN_KEY: key, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said += data;
  });
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number;
  });
  const line = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  if (!Array.isArray(line)) throw new Error(`exit code ${line}: ${said.trim().split('\n').at(-1)}`);
  return {
    url: (JSON.parse(line[0] as string) as { readonly url: string }).url,
    stop: async () => {
      child.kill('SIGTERM');
      const code = await ended;
      if (code !== 0) throw new Error(`SIGTERM ended it with ${code}: ${said}`);
    },
  };
}

async function call<Answer>(url: string, body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(url, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

/** A request that is answered and judged: its decision. */
async function use(service: Running): Promise<string> {
  const id = await answer(service);
  await judge(service, id);
  return id;
}

async function answer({ url }: Running): Promise<string> {
  const body = { model: 'ratchet/auto', messages: [{ role: 'user', content: 'Say hello.' }] };
  return (await call<{ readonly id: string }>(`${url}/v1/chat/completions`, body)).id;
}

async function judge({ url }: Running, decision: string): Promise<void> {
  await call(`${url}/v1/feedback`, { decision, quality: 1 });
}

async function expectKept({ url }: Running, decisions: readonly string[]): Promise<void> {
  for (const id of decisions) {
    const { quality } = await call<{ readonly quality: number | null }>(`${url}/api/decisions/${id}`);
    if (quality !== 1) throw new Error(`what was acknowledged of ${id} is gone`);
  }
}

async function expectGone({ url }: Running, id: string): Promise<void> {
  const { status } = await fetch(`${url}/api/decisions/${id}`, { headers: { authorization: `Bearer ${key}` } });
  if (status !== 404) throw new Error(`${id} came after the backup, and is there: status ${status}`);
}

/** The commands under this mark of docs/deploy.md. */
function tried(name: string, env: Environment): void {
  const commands = new RegExp(`<!-- tried: ${name} -->\n\`\`\`sh\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] as string;
  const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
  execFileSync('/bin/sh', ['-eu', '-c', commands], { cwd: project, env: { ...process.env, PATH: path, ...env }, stdio: 'pipe' });
}

/** Whether the old version takes a store that the new one has served from. */
async function oldOnNew(env: Environment): Promise<void> {
  const again = await serve(old, env).catch((error: Error) => error);
  if (again instanceof Error) return say(`  the old version refuses the store of the new one (${again.message})`);
  say('  the old version serves from the store of the new one: the upgrade left its tables as they were');
  await again.stop();
}

async function several(service: Running): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < 20; index++) ids.push(await use(service));
  return ids;
}

async function trySqlite(home: string): Promise<void> {
  say('SQLite');
  const env = { RATCHET_HOME: join(home, 'sqlite'), BACKUP: join(home, 'backup.sqlite'), DATABASE_URL: '' };
  const before = await serve(old, env);
  const kept = await several(before);
  tried('sqlite-backup', env);
  say('  backed up while it served');
  await before.stop();
  const after = await serve(next, env);
  await expectKept(after, kept);
  const late = await use(after);
  await after.stop();
  say(`  upgraded: ${kept.length} judged decisions are there, and one more`);
  await oldOnNew(env);
  tried('sqlite-restore', env);
  const back = await serve(old, env);
  await expectKept(back, kept);
  await expectGone(back, late);
  await use(back);
  await back.stop();
  say('  restored: the old version serves what was there at the backup');
}

async function tryPostgres(home: string): Promise<void> {
  say('PostgreSQL');
  const server = await startPostgres();
  try {
    const restoredUrl = server.url.replace('/postgres?', '/ratchet_restored?');
    const env = { RATCHET_HOME: join(home, 'postgres'), BACKUP: join(home, 'ratchet.dump'), DATABASE_URL: server.url, RESTORED_URL: restoredUrl };
    const before = await serve(old, env);
    const kept = await several(before);
    tried('postgres-backup', env);
    say('  backed up while it served');
    const after = await serve(next, env);
    await expectKept(after, kept);
    const [ofOld, ofNew] = [await use(before), await use(after)];
    await expectKept(after, [ofOld, ofNew]);
    await expectKept(before, [ofOld]);
    say('  upgraded one replica: both versions answer, and the new one knows what the old one records');
    const read = await expectKept(before, [ofNew]).catch((error: Error) => error);
    say(`  the old one, beside it, ${read instanceof Error ? `cannot read what the new one records (${read.message})` : 'knows what the new one records'}`);
    const judged = await judge(before, await answer(after)).catch((error: Error) => error);
    say(`  feedback that comes to the other replica ${judged instanceof Error ? `is refused (${judged.message})` : 'is taken'}`);
    await before.stop();
    await use(after);
    await after.stop();
    await oldOnNew(env);
    tried('postgres-restore', env);
    const back = await serve(old, { ...env, DATABASE_URL: restoredUrl });
    await expectKept(back, kept);
    await expectGone(back, ofNew);
    await use(back);
    await back.stop();
    say('  restored into a new database: the old version serves what was there at the backup');
  } finally {
    await server.stop();
  }
}

const home = mkdtempSync(join(tmpdir(), 'ratchet-upgrade-'));
try {
  await trySqlite(home);
  await tryPostgres(home);
} finally {
  for (const child of running) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
}
