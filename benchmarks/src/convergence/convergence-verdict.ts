/** What convergence saves against a fixed cap of rounds, and what it does to quality: paired, clustered by task. */
import { type Random, seededRandom } from '@ratchet/core';
import { pairedClusteredDifference } from '@ratchet/learning';
import { type Referee, type Refinement, referees, type Stop } from './measure-convergence.ts';

/** In points, which are hundredths, with a 95% interval. */
export interface Difference {
  readonly points: number;
  readonly low: number;
  readonly high: number;
}

export interface ConvergenceVerdict {
  readonly referee: Referee;
  readonly trials: number;
  /** Mean quality in [0, 1]. */
  readonly quality: Readonly<Record<Stop, number>>;
  /** Mean tokens of a trial, and mean rounds after the first. */
  readonly tokens: Readonly<Record<Stop, number>>;
  readonly rounds: Readonly<Record<Stop, number>>;
  /** Share of the tokens of all rounds that are not spent. */
  readonly savedTokens: number;
  /** Converged less all rounds. */
  readonly againstAllRounds: Difference;
  /** Converged less a single round. */
  readonly againstOnce: Difference;
  /** The kept rounds less the last ones, where all rounds are taken and where they converge. */
  readonly keptAgainstLast: Readonly<Record<Exclude<Stop, 'once'>, Difference>>;
}

export function convergenceVerdicts(all: readonly Refinement[]): readonly ConvergenceVerdict[] {
  return referees.flatMap((referee) => {
    const of = (stop: Stop) => all.filter((one) => one.referee === referee && one.stop === stop);
    const [once, converged, fixed] = [of('once'), of('converged'), of('all rounds')];
    if (once.length === 0) return [];
    const means = (value: (one: Refinement) => number) => ({
      once: mean(once.map(value)),
      converged: mean(converged.map(value)),
      'all rounds': mean(fixed.map(value)),
    });
    const tokens = means((one) => one.tokens);
    const random = seededRandom('convergence verdict', referee);
    const quality = (one: Refinement) => one.quality;
    const last = (one: Refinement) => one.lastQuality;
    return [
      {
        referee,
        trials: once.length,
        quality: means(quality),
        tokens,
        rounds: means((one) => one.rounds),
        savedTokens: 1 - tokens.converged / tokens['all rounds'],
        againstAllRounds: difference(converged.map(quality), fixed.map(quality), converged, random),
        againstOnce: difference(converged.map(quality), once.map(quality), converged, random),
        keptAgainstLast: {
          converged: difference(converged.map(quality), converged.map(last), converged, random),
          'all rounds': difference(fixed.map(quality), fixed.map(last), fixed, random),
        },
      },
    ];
  });
}

/** The first less the second, trial by trial. */
function difference(first: readonly number[], second: readonly number[], trials: readonly Refinement[], random: Random): Difference {
  const pairs = trials.map(({ task }, at) => ({ cluster: task, candidate: first[at] as number, baseline: second[at] as number }));
  const { delta, low, high } = pairedClusteredDifference(pairs, { random: random.stream() });
  return { points: 100 * delta, low: 100 * low, high: 100 * high };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function convergenceTable(verdicts: readonly ConvergenceVerdict[]): string {
  const points = ({ points, low, high }: Difference): string => `${signed(points)} [${signed(low)}, ${signed(high)}]`;
  return [
    '| the best round is told by | trials | quality: one round / converged / all | tokens: one / converged / all | rounds after the first: converged / all | tokens saved | converged - all rounds | converged - one round | kept - last: converged | kept - last: all rounds |',
    `|${' --- |'.repeat(10)}`,
    ...verdicts.map(({ referee, trials, quality, tokens, rounds, savedTokens, againstAllRounds, againstOnce, keptAgainstLast }) =>
      [
        '',
        referee,
        trials,
        [quality.once, quality.converged, quality['all rounds']].map((value) => value.toFixed(3)).join(' / '),
        [tokens.once, tokens.converged, tokens['all rounds']].map((value) => value.toFixed(0)).join(' / '),
        [rounds.converged, rounds['all rounds']].map((value) => value.toFixed(2)).join(' / '),
        `${(100 * savedTokens).toFixed(0)}%`,
        points(againstAllRounds),
        points(againstOnce),
        points(keptAgainstLast.converged),
        points(keptAgainstLast['all rounds']),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n');
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`;
}
