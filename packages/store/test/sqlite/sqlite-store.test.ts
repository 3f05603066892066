import { spawn } from 'node:child_process';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { StoreError, systemClock } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { migrations } from '../../src/sqlite/sqlite-schema.ts';
import { openSqliteStore } from '../../src/sqlite/sqlite-store.ts';
import { decisionNamed } from '../decision-named.ts';
import { storeConformance } from '../store-conformance.ts';

const newFile = () => join(mkdtempSync(join(tmpdir(), 'store-')), 'nested', 'ratchet.sqlite');
const openFile = (file: string) => openSqliteStore({ file, clock: systemClock(), windowMs: 0 });

storeConformance('a SQLite file', async () => openFile(newFile()));

describe('a SQLite store', () => {
  it('has all that was acknowledged, once, after its process was killed in the middle of writing', async () => {
    const file = newFile();
    const child = spawn(process.execPath, [fileURLToPath(new URL('write-until-killed.ts', import.meta.url)), file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const acknowledged: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      if (acknowledged.length === 120) child.kill('SIGKILL');
    }
    expect(child.signalCode ?? 'SIGKILL').toBe('SIGKILL');
    const store = openFile(file);
    const entries = await store.entriesAfter(0, 1_000_000);
    const judged = entries.filter(({ quality }) => quality !== null).map(({ decision }) => decision.id);
    expect(acknowledged.length).toBeGreaterThanOrEqual(120);
    expect(judged).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(judged).size).toBe(judged.length);
    // The same feedback, sent again by a client that does not know: it is there.
    for (const id of acknowledged) {
      expect(await store.recordFeedback({ id: `f${id}`, decisionId: id, keyId: 'k1', tenant: 'acme', quality: 0.5, atMs: 0 })).toBe('known');
    }
    await store.close();
  });

  it('is one log for two processes that share its file', async () => {
    const file = newFile();
    const [one, other] = [openFile(file), openFile(file)];
    await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : other).recordDecision(decisionNamed(`d${index}`))));
    expect((await other.entriesAfter(0, 100)).map(({ sequence }) => sequence)).toEqual((await one.entriesAfter(0, 100)).map(({ sequence }) => sequence));
    expect(await one.lastSequence()).toBe(40);
    await Promise.all([one.close(), other.close()]);
  });

  it('refuses a file that is no database, and one of a later version', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'store-')), 'ratchet.sqlite');
    writeFileSync(file, 'not a database, but long enough to be taken for one at first sight'.repeat(20));
    expect(() => openFile(file)).toThrow(StoreError);
    const later = `${file}.later`;
    const database = new DatabaseSync(later);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openFile(later)).toThrow(/later version/);
    // It is let go: whoever knows it can write to it at once.
    const knowing = new DatabaseSync(later, { timeout: 0 });
    knowing.exec('CREATE TABLE t (a)');
    knowing.close();
  });

  it('reads a decision to which a later version adds something', async () => {
    const file = newFile();
    const store = openFile(file);
    await store.recordDecision(decisionNamed('d1'));
    const database = new DatabaseSync(file);
    database.exec(`UPDATE decisions SET json = json_set(json, '$.ofLater', 1, '$.candidates[0][2]', 1)`);
    database.close();
    expect((await store.decision('d1'))?.decision).toEqual(decisionNamed('d1'));
    await store.close();
  });

  it('brings a file of the first version up to date, with the history of its tenants', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'store-')), 'ratchet.sqlite');
    const database = new DatabaseSync(file);
    database.exec(migrations[0] as string);
    const { predictedRegret: _regret, family: _family, ...old } = decisionNamed('old');
    database.prepare('INSERT INTO decisions (id, tenant, json) VALUES (?, ?, ?)').run('old', 'acme', JSON.stringify(old));
    database.exec(`INSERT INTO log (decision_id, quality) VALUES ('old', NULL); PRAGMA user_version = 1`);
    database.close();
    const store = openFile(file);
    const history = await store.executionsOf('acme', { before: 100, limit: 10 });
    expect(history.map(({ decision }) => [decision.id, decision.family, decision.predictedRegret])).toEqual([['old', null, null]]);
    expect(history[0]?.decision.candidates).toEqual(decisionNamed('old').candidates);
    await store.close();
  });

  it('keeps every decision of a file whose decisions were in the order of their ids, and knows each by its id again', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'store-')), 'ratchet.sqlite');
    const database = new DatabaseSync(file);
    for (const migration of migrations.slice(0, 3)) database.exec(migration);
    const add = database.prepare('INSERT INTO decisions (id, tenant, json) VALUES (?, ?, ?)');
    const enter = database.prepare('INSERT INTO log (decision_id, quality, tenant) VALUES (?, ?, ?)');
    const ids = Array.from({ length: 300 }, (_, index) => `d${(index * 7919) % 300}`);
    for (const id of ids) {
      add.run(id, 'acme', JSON.stringify(decisionNamed(id, { text: 'words '.repeat(200) })));
      enter.run(id, null, 'acme');
      if (id.endsWith('5')) enter.run(id, 0.5, 'acme');
    }
    // One that no entry names: it is lost by no migration either.
    add.run('alone', 'acme', JSON.stringify(decisionNamed('alone')));
    database.exec('PRAGMA user_version = 3');
    database.close();
    const store = openFile(file);
    const entries = await store.entriesAfter(0, 1000);
    expect(entries.filter(({ quality }) => quality === null).map(({ decision }) => decision.id)).toEqual(ids);
    expect(entries).toHaveLength(330);
    expect((await store.decision('alone'))?.decision).toEqual(decisionNamed('alone'));
    await store.recordDecision(decisionNamed('d7', { text: 'another' }));
    expect((await store.decision('d7'))?.decision.text).toBe('words '.repeat(200));
    expect(await store.lastSequence()).toBe(330);
    await store.close();
  });

  it('has no page of its own for each decision among many arms', async () => {
    const file = newFile();
    const store = openFile(file);
    const candidates = Array.from({ length: 30 }, (_, index) => ({ armId: `orchestrate/model-${index}?maxDepth=2`, propensity: 1 / 30 }));
    const ids = Array.from({ length: 400 }, (_, index) => `chatcmpl-${String(index).padStart(36, '0')}`);
    await Promise.all(ids.map((id) => store.recordDecision(decisionNamed(id, { text: 'words '.repeat(50), candidates }))));
    expect((await store.decision(ids[7] as string))?.decision.candidates).toEqual(candidates);
    await store.close();
    expect(statSync(file).size / 400).toBeLessThan(2800);
  });

  it('says that a decision is damaged rather than giving back what nobody recorded', async () => {
    const file = newFile();
    const store = openFile(file);
    await store.recordDecision(decisionNamed('d1'));
    const database = new DatabaseSync(file);
    database.exec(`UPDATE decisions SET json = replace(json, '0.75', '-0.75')`);
    database.close();
    await expect(store.decision('d1')).rejects.toMatchObject({ kind: 'damaged' });
    await store.close();
  });
});
