/** Loaded before a program that is measured: says on each line of its input what the process has used so far, and ends with who measures. */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const asked = createInterface({ input: process.stdin });
asked.on('close', () => process.exit(0));
asked.on('line', () => {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  const used = { cpuMs: (user + system) / 1000, rssMb: rss / 1e6, heapMb: heapUsed / 1e6, heldMb: heapTotal / 1e6, outsideMb: external / 1e6 };
  // Whatever became of the standard stream.
  writeSync(1, `${JSON.stringify(used)}\n`);
});
// A program that is done ends.
process.stdin.unref?.();
