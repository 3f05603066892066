import { describe, expect, it } from 'vitest';
import { probePostgresServer } from '../../src/postgres/probe-postgres-server.ts';
import { startPostgres, whyNoServer } from './postgres-server.ts';

describe('a look at a PostgreSQL server', () => {
  it.skipIf(whyNoServer() !== undefined)('says its version, and whether a store could be made', async () => {
    const server = await startPostgres();
    expect(await probePostgresServer(server.url)).toEqual({ version: expect.stringMatching(/^\d+(\.\d+)?$/), mayCreate: true });
    await server.stop();
  });

  it('says what is wrong where there is none', async () => {
    await expect(probePostgresServer('postgresql://x@127.0.0.1:1/x')).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await expect(probePostgresServer('no address')).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
