/** Runs one hot path of two checkouts in turn, in pairs of fresh processes, and says what came of it. */
import { medianInterval } from '../hot-paths/median-interval.ts';
import { instructionsPerRun } from './count-instructions.ts';
import { openProbe, type Probe, type ProbeName } from './probe.ts';
import { type RatioInterval, ratioInterval, type Verdict, verdictOf } from './verdict.ts';

export interface CompareSettings {
  readonly base: string;
  readonly candidate: string;
  /** Pairs of processes, at least 2. */
  readonly pairs: number;
  /**
   * While nothing can be told, more are measured, up to so many. Looking again and again makes false alarms likelier, but hardly here:
   * the interval is held against the threshold, and unchanged code is as far from that as the threshold is high.
   */
  readonly mostPairs: number;
  /** CPU milliseconds of one block; a process runs `blocks` of them. */
  readonly blockMs: number;
  readonly blocks: number;
  readonly threshold: number;
  /** Whether `perf stat` counts instructions here. */
  readonly instructions: boolean;
}

interface Measure extends RatioInterval {
  readonly verdict: Verdict;
  /** Of the base, median over pairs. */
  readonly base: number;
}

export interface ComparedProbe extends ProbeName {
  readonly kind: 'compared';
  /** CPU microseconds, and heap bytes, of one run. */
  readonly time: Measure;
  readonly bytes: Measure;
  /** null where they cannot be counted. */
  readonly instructions: Measure | null;
  /** By instructions where there are any, else by time; `slower` by bytes, too. */
  readonly verdict: Verdict;
}

export interface MissingProbe extends ProbeName {
  readonly kind: 'missing';
  readonly from: 'base' | 'candidate';
}

export async function compareProbe(name: ProbeName, settings: CompareSettings): Promise<ComparedProbe | MissingProbe> {
  const pairs: Pair[] = [];
  for (;;) {
    // Which side begins alternates: the second of two processes finds a warmer machine.
    const measured = await measurePair(name, settings, pairs.length % 2 === 0);
    if ('kind' in measured) return measured;
    pairs.push(measured);
    if (pairs.length < settings.pairs) continue;
    const compared = judgePairs(name, pairs, settings.threshold);
    if (compared.verdict !== 'cannot tell' || pairs.length >= settings.mostPairs) return compared;
  }
}

function judgePairs(name: ProbeName, pairs: readonly Pair[], threshold: number): ComparedProbe {
  const measure = (of: (pair: Pair) => Sides): Measure => {
    const interval = ratioInterval(pairs.map((pair) => of(pair).candidate / of(pair).base));
    return { ...interval, verdict: verdictOf(interval, threshold), base: medianInterval(pairs.map((pair) => of(pair).base)).median };
  };
  const [time, bytes] = [measure(({ us }) => us), measure(({ bytes }) => bytes)];
  const counted = pairs.every(({ instructions }) => instructions !== null);
  const instructions = counted ? measure(({ instructions }) => instructions as Sides) : null;
  const verdict = bytes.verdict === 'slower' ? 'slower' : (instructions ?? time).verdict;
  return { kind: 'compared', ...name, time, bytes, instructions, verdict };
}

interface Sides {
  readonly base: number;
  readonly candidate: number;
}

interface Pair {
  readonly us: Sides;
  readonly bytes: Sides;
  readonly instructions: Sides | null;
}

async function measurePair(name: ProbeName, settings: CompareSettings, baseFirst: boolean): Promise<Pair | MissingProbe> {
  const order = baseFirst ? (['base', 'candidate'] as const) : (['candidate', 'base'] as const);
  const open: { base?: Probe; candidate?: Probe } = {};
  try {
    for (const side of order) {
      const probe = await openProbe(settings[side], name);
      if (probe === undefined) return { kind: 'missing', ...name, from: side };
      open[side] = probe;
    }
    const { base, candidate } = open as Required<typeof open>;
    const runs = await calibrate(base, settings.blockMs);
    // As often as the base: both are compiled alike far.
    await calibrate(candidate, settings.blockMs);
    const times: { base: number[]; candidate: number[] } = { base: [], candidate: [] };
    for (let block = 0; block < settings.blocks; block++)
      for (const side of block % 2 === 0 ? order : [...order].reverse()) times[side].push(await (side === 'base' ? base : candidate).us(runs));
    const bytesRuns = Math.max(2, Math.min(200, runs));
    const count = (side: 'base' | 'candidate') =>
      settings.instructions ? instructionsPerRun(name, { checkout: settings[side], runs: Math.max(8, 2 * runs) }) : undefined;
    const [counted, other] = [count('base'), count('candidate')];
    return {
      us: { base: medianInterval(times.base).median, candidate: medianInterval(times.candidate).median },
      bytes: { base: Math.max(1, await base.bytes(bytesRuns)), candidate: Math.max(1, await candidate.bytes(bytesRuns)) },
      instructions: counted === undefined || other === undefined ? null : { base: counted, candidate: other },
    };
  } finally {
    open.base?.close();
    open.candidate?.close();
  }
}

/** Runs it for two blocks or more, and says how many runs make one. */
async function calibrate(probe: Probe, blockMs: number): Promise<number> {
  let runs = 1;
  for (;;) {
    const us = await probe.us(runs);
    if (us * runs > 1000 * blockMs) return Math.max(1, Math.round((1000 * blockMs) / us));
    runs *= 2;
  }
}
