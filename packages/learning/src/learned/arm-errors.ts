/** What predictions of each arm are wrong by, told by its own outcomes alone. */
import type { OutcomeDataset } from '../models/outcome-dataset.ts';

export interface ArmErrors {
  /** By arm. */
  readonly mean: Float64Array;
  /** Of that mean. */
  readonly variance: Float64Array;
}

export interface WeightedErrors {
  /** By cell: outcome less prediction. */
  readonly error: Float64Array;
  /** By cell: sum of the importance weights of its outcomes. */
  readonly weight: Float64Array;
  /** Of one outcome. */
  readonly variance: number;
}

/** By self-normalised importance weights (Swaminathan and Joachims 2015). One outcome of the weight of the others says that predictions are right. */
export function armErrors({ arms, arm }: Pick<OutcomeDataset, 'arms' | 'arm'>, { error, weight, variance: ofOne }: WeightedErrors): ArmErrors {
  const mean = new Float64Array(arms);
  const variance = new Float64Array(arms);
  const weights = new Float64Array(arms);
  const cells = new Float64Array(arms);
  for (let cell = 0; cell < arm.length; cell++) {
    const which = arm[cell] as number;
    const own = weight[cell] as number;
    weights[which] = (weights[which] as number) + own;
    mean[which] = (mean[which] as number) + own * (error[cell] as number);
    cells[which] = (cells[which] as number) + 1;
  }
  const totals = new Float64Array(arms);
  for (let which = 0; which < arms; which++) {
    const prior = (cells[which] as number) > 0 ? (weights[which] as number) / (cells[which] as number) : 1;
    const total = (weights[which] as number) + prior;
    totals[which] = total;
    mean[which] = (mean[which] as number) / total;
    variance[which] = (prior / total) ** 2 * ofOne;
  }
  for (let cell = 0; cell < arm.length; cell++) {
    const which = arm[cell] as number;
    variance[which] =
      (variance[which] as number) + (((weight[cell] as number) / (totals[which] as number)) * ((error[cell] as number) - (mean[which] as number))) ** 2;
  }
  return { mean, variance };
}
