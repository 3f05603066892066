/** Makes objects that live until they are old, and then die; prints what the old part of the heap had on the mean, in bytes. `steady` as an argument: with little room. */
import { getHeapSpaceStatistics } from 'node:v8';
import { keepMemorySteady } from '../src/steady-memory.ts';

if (process.argv.includes('steady')) keepMemorySteady();
const living = 200_000;
const ring: { readonly number: number; readonly more: readonly number[] }[] = [];
const samples: number[] = [];
for (let number = 0; number < 30 * living; number++) {
  ring[number % living] = { number, more: [number, number + 1, number + 2, number + 3] };
  if (number % 20_000 === 0) samples.push(getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')?.space_used_size ?? 0);
}
// The most is that of one collection, which other processes may hold up.
process.stdout.write(`${samples.reduce((sum, bytes) => sum + bytes, 0) / samples.length}\n`);
