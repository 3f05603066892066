/** Beta posteriors of arms' qualities, each shrunk towards what its relatives have in common. */
import type { BetaParameters } from './beta-distribution.ts';
import { noQualities, type QualityTotals } from './quality-totals.ts';

export interface ArmEvidence {
  /** Groups that the arm belongs to, nearest first, such as strategy x model, model, all. Equal groups have equal parents. */
  readonly parents: readonly string[];
  /** Of the arm alone; `noQualities` for a new one, which thereby starts from its parents. */
  readonly totals: QualityTotals;
}

export interface BetaPrior {
  /** Of an arm about which nothing is known, not even of its relatives; in (0, 1). */
  readonly mean: number;
  /** How many answers the parent of an arm or a group counts for; above 0. Arms of three levels of 30 differ as much as those of one of 10. */
  readonly strength: number;
}

export interface BetaPosterior extends BetaParameters {
  /** From the nearest parent; neither parameter of the posterior is below its own. */
  readonly prior: BetaParameters;
}

/** Keeps parameters above 0 when a parent's mean is within rounding of 0 or 1. */
const nearCertain = 1e-9;

/**
 * Each arm's prior has `strength` and is centred on the posterior mean of its nearest parent, which is centred on its own
 * parent's in turn. An answer of quality q adds q to alpha and 1 - q to beta: fractional evidence, as in Agrawal & Goyal
 * (2012), "Analysis of Thompson Sampling for the Multi-armed Bandit Problem", without their rounding to a coin.
 *
 * However much is known about one member of a group, it counts for at most `strength` answers about the group, since
 * members differ: this is the best linear unbiased prediction of nested effects, with means taken as normal (Robinson 1991,
 * "That BLUP is a Good Thing", Statistical Science 6(1)). The strength is given and not estimated, so that a success never
 * lowers the mean of any arm, and a failure never raises one. In the simulation of hierarchical-beta.test.ts (24 arms, 5
 * answers each), the root mean square error was 0.098 at its best, at a strength of 40; without groups 0.115 at its best,
 * at 10 to 20; and 0.212 for the arms' own means.
 *
 * Parents' uncertainty is not handed down, so posteriors of arms that were seen little are too sure: there, with 5 answers,
 * 90% came out as 86% at a strength of 20 and as 77% at 40; with 50 answers, as 90% and 89%. Graded qualities vary less
 * than coins of the same mean: for them posteriors are less sure than they might be.
 *
 * @returns aligned with the arms
 * @throws RangeError for a prior outside its ranges, a group with different parents, and one that is its own
 */
export function hierarchicalBeta(arms: readonly ArmEvidence[], { mean, strength }: BetaPrior): BetaPosterior[] {
  if (!(mean > 0 && mean < 1)) throw new RangeError(`hierarchicalBeta: the prior mean is ${mean}, not in (0, 1)`);
  if (!(strength > 0 && strength < Number.POSITIVE_INFINITY)) throw new RangeError(`hierarchicalBeta: the prior strength is ${strength}, not above 0`);
  const centres = groupMeans(arms, { mean, strength });
  return arms.map(({ parents, totals }) => {
    const centre = Math.min(1 - nearCertain, Math.max(nearCertain, centreOf(parents[0], centres, mean)));
    const prior = { alpha: strength * centre, beta: strength * (1 - centre) };
    return { alpha: prior.alpha + totals.sum, beta: prior.beta + Math.max(0, totals.weight - totals.sum), prior };
  });
}

function centreOf(group: string | undefined, centres: ReadonlyMap<string, number>, mean: number): number {
  return group === undefined ? mean : (centres.get(group) as number);
}

/** Posterior means, by group: evidence is gathered from the arms upwards, then means are handed down. */
function groupMeans(arms: readonly ArmEvidence[], { mean, strength }: BetaPrior): ReadonlyMap<string, number> {
  const parentOf = parentsOf(arms);
  const evidence = new Map<string, QualityTotals>();
  const tell = (group: string | undefined, member: QualityTotals): void => {
    if (group === undefined) return;
    const { weight, sum } = evidence.get(group) ?? noQualities;
    // The precision of a member's mean about its group's: its answers' variance and that of members add up.
    const share = strength / (strength + member.weight);
    evidence.set(group, { weight: weight + share * member.weight, sum: sum + share * member.sum });
  };
  for (const { parents, totals } of arms) tell(parents[0], totals);
  const outwards = [...parentOf.keys()].sort((a, b) => depthOf(a, parentOf) - depthOf(b, parentOf));
  for (const group of outwards.toReversed()) tell(parentOf.get(group), evidence.get(group) as QualityTotals);
  const centres = new Map<string, number>();
  for (const group of outwards) {
    const { weight, sum } = evidence.get(group) as QualityTotals;
    centres.set(group, (strength * centreOf(parentOf.get(group), centres, mean) + sum) / (strength + weight));
  }
  return centres;
}

function parentsOf(arms: readonly ArmEvidence[]): ReadonlyMap<string, string | undefined> {
  const parentOf = new Map<string, string | undefined>();
  for (const { parents } of arms) {
    parents.forEach((group, level) => {
      const parent = parents[level + 1];
      if (parents.indexOf(group) !== level) throw new RangeError(`hierarchicalBeta: group "${group}" is its own parent`);
      if (parentOf.has(group) && parentOf.get(group) !== parent) {
        throw new RangeError(`hierarchicalBeta: group "${group}" belongs to ${nameOf(parentOf.get(group))} and to ${nameOf(parent)}`);
      }
      parentOf.set(group, parent);
    });
  }
  return parentOf;
}

function depthOf(group: string, parentOf: ReadonlyMap<string, string | undefined>): number {
  const parent = parentOf.get(group);
  return parent === undefined ? 0 : 1 + depthOf(parent, parentOf);
}

function nameOf(group: string | undefined): string {
  return group === undefined ? 'none' : `"${group}"`;
}
