/** Counts the instructions of a hot path with `perf stat`, where the machine lets it. */
import { spawnSync } from 'node:child_process';
import { checkoutHooks, type ProbeName, probeWorker } from './probe.ts';

/** The count that `perf stat -x,` printed; undefined where the event is not supported, or was not counted. */
export function instructionsIn(text: string): number | undefined {
  const line = text.split('\n').find((one) => /,instructions(:u)?,/.test(one));
  const count = Number(line?.split(',')[0]);
  return line === undefined || !Number.isFinite(count) || count <= 0 ? undefined : count;
}

function perfStat(command: readonly string[], { checkout, perf }: { readonly checkout: string; readonly perf: string }): number | undefined {
  const words = ['stat', '-x,', '-e', 'instructions:u', '--log-fd', '3', '--', ...command];
  const { status, output } = spawnSync(perf, words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], env: { ...process.env, RATCHET_CHECKOUT: checkout } });
  return status === 0 ? instructionsIn(String(output?.[3] ?? '')) : undefined;
}

/** Virtual machines and containers often have no counters: then there is only time. */
export function canCountInstructions(perf = 'perf'): boolean {
  return perfStat([process.execPath, '--version'], { checkout: '', perf }) !== undefined;
}

/**
 * Instructions of one run in a checkout: those of a process that runs it twice as often, less those of one that runs it
 * `runs` times, which is long enough to be compiled. undefined where they cannot be counted.
 */
export function instructionsPerRun(
  { path, size }: ProbeName,
  { checkout, runs, perf = 'perf' }: { readonly checkout: string; readonly runs: number; readonly perf?: string },
): number | undefined {
  const count = (times: number) => perfStat([process.execPath, '--import', checkoutHooks, probeWorker, path, String(size), String(times)], { checkout, perf });
  const [once, twice] = [count(runs), count(2 * runs)];
  return once === undefined || twice === undefined ? undefined : (twice - once) / runs;
}
