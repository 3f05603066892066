/** The process that is killed: records decisions and feedback without end, and says which feedback was acknowledged. */
import { writeSync } from 'node:fs';
import { systemClock } from '@ratchet/core';
import { openSqliteStore } from '../../src/sqlite/sqlite-store.ts';
import { decisionNamed } from '../decision-named.ts';

const store = openSqliteStore({ file: process.argv[2] as string, clock: systemClock(), windowMs: 0 });
for (let number = 0; number < 1_000_000; number += 4) {
  await Promise.all(
    [0, 1, 2, 3].map(async (offset) => {
      const id = `d${number + offset}`;
      await store.recordDecision(decisionNamed(id));
      await store.recordFeedback({ id: `f${id}`, decisionId: id, keyId: 'k1', tenant: 'acme', quality: 0.5, atMs: 0 });
      writeSync(1, `${id}\n`);
    }),
  );
}
