/** Copies the store of a service that may be running: `node deploy/backup-sqlite.mjs FROM.sqlite TO.sqlite`; the copy is whole, and is checked. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined || !existsSync(from) || existsSync(to)) {
  process.stderr.write('node deploy/backup-sqlite.mjs FROM TO: FROM is a store, TO is not there yet\n');
  process.exit(2);
}
const store = new DatabaseSync(from);
store.exec('PRAGMA busy_timeout = 10000');
// One read transaction: writers go on meanwhile.
store.prepare('VACUUM INTO ?').run(to);
store.close();
const copy = new DatabaseSync(to, { readOnly: true });
const found = copy.prepare('PRAGMA integrity_check').get();
const { entries } = copy.prepare('SELECT count(*) AS entries FROM log').get() ?? {};
copy.close();
if (found?.['integrity_check'] !== 'ok') {
  process.stderr.write(`the copy is damaged: ${JSON.stringify(found)}\n`);
  process.exit(1);
}
process.stdout.write(`${to}: ${entries} entries of the log\n`);
