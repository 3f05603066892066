/** The service's store: the server that DATABASE_URL names, or the files in their folder. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { probePostgresServer, probeSqliteStore } from '@ratchet/store';
import { fromHere, home } from '../project-folders.ts';
import { readEnvironment } from '../read-environment.ts';
import { type Check, fault, ok } from './check.ts';

/** `file` takes the place of both. */
export async function storeChecks(file: string | undefined): Promise<readonly Check[]> {
  const url = readEnvironment()['DATABASE_URL'] ?? '';
  if (file === undefined && url !== '') return [await serverCheck(url)];
  const folder = join(home(), 'service');
  const files =
    file !== undefined
      ? [fromHere(file)]
      : existsSync(folder)
        ? readdirSync(folder)
            .filter((name) => name.endsWith('.sqlite'))
            .map((name) => join(folder, name))
        : [];
  const there = files.filter((one) => existsSync(one));
  return there.length === 0 ? [ok('store', `none yet: \`pnpm ratchet serve\` makes ${files[0] ?? `one in ${folder}`}`)] : there.map(fileCheck);
}

function fileCheck(file: string): Check {
  try {
    probeSqliteStore(file);
    return ok('store', `${file} opens and can be written to`);
  } catch (error) {
    return fault(
      'store',
      `${file}: ${(error as Error).message}`,
      'mend whose it is, end what holds it, restore a copy, or move it away: then a new one is begun',
    );
  }
}

async function serverCheck(url: string): Promise<Check> {
  const place = URL.canParse(url) ? `${new URL(url).host}${new URL(url).pathname}` : 'the server';
  const todo = 'mend DATABASE_URL (postgresql://user:password@host:5432/database), or unset it: then the store is a file';
  try {
    const { version, mayCreate } = await probePostgresServer(url);
    return mayCreate
      ? ok('store', `PostgreSQL ${version} at ${place} answers`)
      : fault('store', `PostgreSQL ${version} at ${place}: the user may not make schemas`, 'GRANT CREATE ON DATABASE ... TO ...');
  } catch (error) {
    // The driver may quote what it was given.
    return fault('store', `PostgreSQL at ${place}: ${(error as Error).message.replaceAll(url, 'DATABASE_URL')}`, todo);
  }
}
