/** What stands where in the cost-quality plane: the points of a summary, and the way from measures to pixels and back. */
import { focusPolicy, policiesInOrder } from '../focus-policy.ts';
import type { Estimate, Summary } from '../summary.ts';
import { panelWidth } from './figure.ts';
import { paddedLogRange } from './log-ticks.ts';
import type { CostQuality } from './pareto-front.ts';
import { type PolicyStyle, palette, policyStyles, unknownPolicyStyle } from './policy-style.ts';

export interface ArmDot extends CostQuality {
  readonly name: string;
  readonly strategy: string;
}

export interface PolicyDot extends CostQuality {
  readonly name: string;
  readonly cost: NonNullable<Estimate>;
  readonly score: NonNullable<Estimate>;
  /** Names tell policies apart here: colours are for the strategies of the arms. */
  readonly color: string;
  readonly symbol: PolicyStyle['symbol'];
}

export interface PlaneDots {
  readonly arms: readonly ArmDot[];
  readonly policies: readonly PolicyDot[];
}

/** The size of one drawing, in pixels; text keeps its size in all of them. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Most characters of a policy's name. */
  readonly nameLength: number;
  /** Of a policy's symbol. */
  readonly radius: number;
}

export const narrowCanvas: Canvas = { width: panelWidth, height: 380, nameLength: 18, radius: 4.5 };
export const wideCanvas: Canvas = { width: 860, height: 480, nameLength: 44, radius: 6 };
export const planeMargins = { left: 46, right: 14, top: 14, bottom: 42 } as const;

type Domain = [number, number];

export interface PlaneScale {
  /** Costs in dollars, logarithmic. */
  readonly x: Domain;
  /** Scores in [0, 1], linear, from the bottom up. */
  readonly y: Domain;
  readonly toX: (costUsd: number) => number;
  readonly toY: (quality: number) => number;
  readonly toCost: (x: number) => number;
  readonly toQuality: (y: number) => number;
}

/** Arms and policies whose held-out cost and quality are known, and whose cost has a place on a logarithmic axis. */
export function planeDots(summary: Summary): PlaneDots {
  const focus = focusPolicy(summary);
  const styles = policyStyles(summary);
  const colorOf = (name: string) => (name === focus ? palette.blue : name === summary.baseline ? palette.muted : palette.ink);
  const arms = summary.armPoints.flatMap(({ arm, quality, costUsd }): ArmDot[] =>
    quality === null || costUsd === null || costUsd <= 0 ? [] : [{ name: arm, strategy: arm.split('/')[0] ?? arm, quality, costUsd }],
  );
  const policies = policiesInOrder(summary).flatMap((name): PolicyDot[] => {
    const { quality: score, costUsd: cost } = summary.policies[name]?.heldout ?? { quality: null, costUsd: null };
    if (score === null || cost === null || cost.mean <= 0) return [];
    const { symbol } = styles.get(name) ?? unknownPolicyStyle;
    return [{ name, cost, score, quality: score.mean, costUsd: cost.mean, color: colorOf(name), symbol }];
  });
  return { arms, policies };
}

/** A scale with room for all points and for the intervals of the policies; an interval that reaches nearly to zero is cut. */
export function planeScale({ arms, policies }: PlaneDots, canvas: Canvas): PlaneScale {
  const costs = policies.flatMap(({ cost }) => [cost.mean, Math.max(cost.low, cost.mean / 4), cost.high]);
  const x = paddedLogRange([...arms.map(({ costUsd }) => costUsd), ...costs], 0.06);
  const y = paddedScores([...arms.map(({ quality }) => quality), ...policies.flatMap(({ score }) => [score.low, score.high])]);
  const width = canvas.width - planeMargins.left - planeMargins.right;
  const height = canvas.height - planeMargins.top - planeMargins.bottom;
  const floor = canvas.height - planeMargins.bottom;
  return {
    x,
    y,
    toX: (costUsd) => planeMargins.left + (Math.log(costUsd / x[0]) / Math.log(x[1] / x[0])) * width,
    toY: (quality) => floor - ((quality - y[0]) / (y[1] - y[0])) * height,
    toCost: (pixel) => x[0] * (x[1] / x[0]) ** ((pixel - planeMargins.left) / width),
    toQuality: (pixel) => y[0] + ((floor - pixel) / height) * (y[1] - y[0]),
  };
}

function paddedScores(scores: readonly number[]): Domain {
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const pad = Math.max((high - low) * 0.06, 0.005);
  return [low - pad, high + pad];
}
