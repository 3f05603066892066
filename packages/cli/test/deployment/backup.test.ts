import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { type Store, systemClock } from '@ratchet/core';
import { openPostgresStore, openSqliteStore } from '@ratchet/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decisionNamed } from '../../../store/test/decision-named.ts';
import { type PostgresServer, startPostgres, whyNoServer } from '../../../store/test/postgres/postgres-server.ts';
import { newFolder, newPlace, projectRoot } from '../ratchet.ts';

const page = readFileSync(join(projectRoot, 'docs', 'deploy.md'), 'utf8');
/** The commands under this mark of docs/deploy.md, run as they stand there. */
async function tried(name: string, env: Readonly<Record<string, string>>): Promise<string> {
  const commands = new RegExp(`<!-- tried: ${name} -->\n\`\`\`sh\n([\\s\\S]*?)\`\`\``).exec(page)?.[1];
  if (commands === undefined) throw new Error(`docs/deploy.md has no commands that are marked ${name}`);
  const { stdout } = await promisify(execFile)('/bin/sh', ['-eu', '-c', commands], { cwd: projectRoot, env: { ...process.env, ...env } });
  return stdout;
}

const judge = async (store: Store, id: string, quality = 1): Promise<void> => {
  await store.recordDecision(decisionNamed(id));
  await store.recordFeedback({ id: `f-${id}`, decisionId: id, keyId: 'k1', tenant: 'acme', quality, atMs: 2 });
};
const sequencesOf = async (store: Store): Promise<number[]> => (await store.entriesAfter(0, 10_000)).map(({ sequence }) => sequence);

describe('SQLite, by the commands of docs/deploy.md', () => {
  const place = newPlace();
  const file = join(place.home, 'service', 'code-gen.sqlite');
  const backup = join(newFolder(), 'backup.sqlite');
  const env = { RATCHET_HOME: place.home, BACKUP: backup, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
  const open = () => openSqliteStore({ file, clock: systemClock() });

  it('is copied while it is written to: the copy is of one moment, and is what it was after a restore', async () => {
    mkdirSync(dirname(file), { recursive: true });
    const store = open();
    for (let index = 0; index < 20; index++) await judge(store, `before-${index}`);
    let copied = false;
    const copying = tried('sqlite-backup', env).finally(() => {
      copied = true;
    });
    let during = 0;
    while (!copied) await judge(store, `during-${during++}`);
    const said = await copying;
    await judge(store, 'after');
    const all = await sequencesOf(store);
    await store.close();
    expect(during).toBeGreaterThan(0);

    await tried('sqlite-restore', env);
    const restored = open();
    const kept = await sequencesOf(restored);
    // All that was there when it began, in order, without a hole; nothing of what came after it ended.
    expect(kept).toEqual(all.slice(0, kept.length));
    expect(kept.length).toBeGreaterThanOrEqual(40);
    expect(said).toContain(`${kept.length} entries`);
    expect([await restored.decision('before-19'), await restored.decision('after')]).toEqual([expect.objectContaining({ quality: 1 }), undefined]);
    await judge(restored, 'after');
    expect((await sequencesOf(restored)).length).toBe(kept.length + 2);
    await restored.close();
    // Nothing is written over.
    await expect(tried('sqlite-backup', env)).rejects.toThrow(/TO is not there yet/);
  });

  it('is refused by an earlier version than wrote it, which serves the restored copy again', async () => {
    const later = new DatabaseSync(file);
    later.exec('PRAGMA user_version = 99');
    later.close();
    const words = ['keys', 'list', '--scenario', 'code-gen', '--json'];
    const refused = await place.run(words);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('written by a later version')]);
    await tried('sqlite-restore', env);
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(await place.run(words)).toMatchObject({ code: 0 });
  });
});

const missing = whyNoServer();
describe.skipIf(missing !== undefined)(`PostgreSQL, by the commands of docs/deploy.md${missing === undefined ? '' : ` (${missing})`}`, () => {
  const schema = 'ratchet_code_gen';
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  it('is dumped while a replica writes, and restored beside the old database, which an earlier version refuses', async () => {
    const restoredUrl = server.url.replace(/\/postgres\?/, '/ratchet_restored?');
    const env = { DATABASE_URL: server.url, RESTORED_URL: restoredUrl, BACKUP: join(newFolder(), 'ratchet.dump') };
    const store = await openPostgresStore({ url: server.url, schema });
    for (let index = 0; index < 20; index++) await judge(store, `before-${index}`);
    let dumped = false;
    const dumping = tried('postgres-backup', env).finally(() => {
      dumped = true;
    });
    for (let during = 0; !dumped; during++) await judge(store, `during-${during}`);
    await dumping;
    await judge(store, 'after', 0.25);

    await tried('postgres-restore', env);
    const restored = await openPostgresStore({ url: restoredUrl, schema });
    const kept = await sequencesOf(restored);
    expect(kept).toEqual((await sequencesOf(store)).slice(0, kept.length));
    expect(kept.length).toBeGreaterThanOrEqual(40);
    expect([await restored.decision('before-19'), await restored.decision('after')]).toEqual([expect.objectContaining({ quality: 1 }), undefined]);
    // Sequences go on where they were.
    await judge(restored, 'after', 0.5);
    expect((await sequencesOf(restored)).at(-1)).toBe(kept.length + 2);
    expect(await store.decision('after')).toMatchObject({ quality: 0.25 });
    await Promise.all([store.close(), restored.close()]);

    await promisify(execFile)('psql', ['--dbname', server.url, '--command', `INSERT INTO ${schema}.ratchet_migrations (version) VALUES (99)`]);
    await expect(openPostgresStore({ url: server.url, schema })).rejects.toThrow(/later version/);
    await (await openPostgresStore({ url: restoredUrl, schema })).close();
  });
});
