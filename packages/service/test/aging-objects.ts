/** Makes objects that live until they are old, and then die; prints the most that the old part of the heap had, in bytes. `steady` as an argument: with little room. */
import { getHeapSpaceStatistics } from 'node:v8';
import { keepMemorySteady } from '../src/steady-memory.ts';

if (process.argv.includes('steady')) keepMemorySteady();
const living = 200_000;
const ring: { readonly number: number; readonly more: readonly number[] }[] = [];
let most = 0;
for (let number = 0; number < 30 * living; number++) {
  ring[number % living] = { number, more: [number, number + 1, number + 2, number + 3] };
  if (number % 20_000 === 0) most = Math.max(most, getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')?.space_used_size ?? 0);
}
process.stdout.write(`${most}\n`);
