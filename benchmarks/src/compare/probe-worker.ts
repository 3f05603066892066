/** A process that runs one hot path of the checkout it was given, as often as it is told; or, with a count as third word, just so often. */
import { allocatedBytes } from '../hot-paths/allocated-bytes.ts';
import { hotPaths } from '../hot-paths/hot-paths.ts';
import { cpuUsOf } from '../ratios/measure-ratio.ts';

/** What it is told, and what it answers: CPU microseconds of all runs, or heap bytes of one. */
export interface ProbeOrder {
  readonly measure: 'time' | 'bytes';
  readonly runs: number;
}

const [name, size, count] = process.argv.slice(2);
const path = hotPaths.find((one) => one.name === name);
if (path === undefined) throw new Error(`there is no hot path "${name}"`);
const { run, close } = path.prepare(Number(size));

if (count === undefined) {
  process.on('message', async ({ measure, runs }: ProbeOrder) => {
    process.send?.(measure === 'time' ? await cpuUsOf(run, runs) : await allocatedBytes(run, runs));
  });
  process.on('disconnect', () => close?.());
  process.send?.('ready');
} else {
  await cpuUsOf(run, Number(count));
  close?.();
}
