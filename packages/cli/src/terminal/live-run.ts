/** Shows a run to the person at a terminal: a table that changes while policies are tried and learn. */
import type { Clock } from '@ratchet/core';
import { gatherTallies, meanOf, type TrialTally } from '@ratchet/harness';
import { type LiveRow, liveTable } from './live-table.ts';
import type { Output } from './output.ts';
import type { RunProgress } from './progress-lines.ts';
import { runStatus } from './run-status.ts';

/** A person sees no more. */
const redrawMs = 100;

export interface LiveRunWords {
  readonly title: string;
  readonly generations: number;
  /** A row for each policy, or one for each generation of the only policy. */
  readonly rows: 'policies' | 'generations';
}

export function liveRun(words: LiveRunWords, { output, clock }: { readonly output: Output; readonly clock: Clock }): RunProgress {
  const status = runStatus(clock);
  const tallies = new Map<string, TrialTally>();
  let what = 'begins';
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = (): void =>
    output.screen.draw((size) => {
      const all = [...tallies.values()];
      const rows = words.rows === 'policies' ? policyRows(all, words.generations) : generationRows(all, words.generations);
      return liveTable({ title: `${words.title}  ${what}`, share: status.share(), status: status.text(), rows }, size, output.look);
    });
  return {
    begin: (units) => {
      status.begin(units);
      draw();
    },
    advance: (units, costUsd, of, reused, trials = []) => {
      status.advance(units, costUsd, reused);
      gatherTallies(trials, tallies);
      what = of;
      if (clock.now() - drawnAt < redrawMs) return;
      drawnAt = clock.now();
      draw();
    },
    end: () => output.screen.end(),
  };
}

/** In the order in which policies began. What is shown of one that learns is its training, until it is judged at the end on tasks that were held out. */
export function policyRows(tallies: readonly TrialTally[], generations: number): readonly LiveRow[] {
  return [...new Set(tallies.map(({ policy }) => policy))].map((policy) => {
    const own = tallies.filter((tally) => tally.policy === policy);
    const trained = byGeneration(own.filter(({ phase }) => phase === 'train'));
    const judged = byGeneration(own.filter(({ phase }) => phase === 'heldout'));
    const last = judged.at(-1);
    const atEnd = last !== undefined && (trained.length === 0 || last.generation > 0);
    const shown = atEnd ? last : (trained.at(-1) ?? own.at(-1));
    const of = atEnd ? 'held-out' : shown?.phase === 'train' ? `gen ${shown.generation + 1}/${generations}` : (shown?.phase ?? '');
    return rowOf(policy, of, { shown, curve: trained });
  });
}

/** Of one policy that learns; the last row is its curves. */
export function generationRows(tallies: readonly TrialTally[], generations: number): readonly LiveRow[] {
  const trained = byGeneration(tallies);
  const rows = trained.map((shown) => rowOf(shown.policy, `gen ${shown.generation + 1}/${generations}`, { shown, curve: [] }));
  const last = trained.at(-1);
  return last === undefined ? rows : [...rows.slice(0, -1), rowOf(last.policy, `gen ${last.generation + 1}/${generations}`, { shown: last, curve: trained })];
}

const byGeneration = (tallies: readonly TrialTally[]): readonly TrialTally[] => [...tallies].sort((a, b) => a.generation - b.generation);

function rowOf(label: string, of: string, { shown, curve }: { readonly shown: TrialTally | undefined; readonly curve: readonly TrialTally[] }): LiveRow {
  const none = { sum: 0, count: 0 };
  return {
    label,
    of,
    trials: shown?.trials ?? 0,
    strategies: shown?.strategies ?? {},
    quality: meanOf(shown?.quality ?? none),
    costUsd: meanOf(shown?.costUsd ?? none),
    latencyMs: meanOf(shown?.latencyMs ?? none),
    qualityCurve: curve.map(({ quality }) => meanOf(quality)),
    costCurve: curve.map(({ costUsd }) => meanOf(costUsd)),
  };
}
