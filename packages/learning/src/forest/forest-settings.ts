/** How a forest is grown. */
import { z } from 'zod';
import { ForestError } from './forest-error.ts';

export const forestSettingsSchema = z.strictObject({
  trees: z.int().min(1).max(100_000).default(100),
  splitter: z
    .enum(['best', 'random'])
    .default('best')
    .describe('best: the best cut of each candidate feature; random: one random cut of each (extremely randomised trees, Geurts et al. 2006)'),
  featureShare: z
    .union([z.literal('sqrt'), z.number().gt(0).max(1)])
    .default(1)
    .describe('Of the features, how many are candidates at a split, drawn anew each time: a share, rounded down, or their square root; at least one'),
  minLeafRows: z.int().min(1).default(1).describe('The fewest rows that a leaf may have; a row that was drawn twice, or weighs more, is one'),
  maxDepth: z.int().min(0).nullable().default(null).describe('Splits from the root to a leaf; null: no limit'),
  sampling: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('bootstrap') }),
      z.strictObject({ kind: z.literal('subsample'), share: z.number().gt(0).max(1) }),
      z.strictObject({ kind: z.literal('none') }),
    ])
    .default({ kind: 'none' })
    .describe('The rows of a tree: as many as there are, drawn with replacement; a share of them, drawn without; or all of them'),
  maxBins: z.int().min(2).max(256).default(256),
  shrinkage: z
    .number()
    .min(0)
    .max(1e6)
    .default(0)
    .describe('The weight c of a prior at the mean of the node, in the gain of a split: D^2 / (W + c) for each side, as in ridge regression'),
});

export type ForestSettings = z.infer<typeof forestSettingsSchema>;
/** What may be left out has its default. */
export type ForestOptions = z.input<typeof forestSettingsSchema>;

/** Throws a `ForestError` that names what is wrong. */
export function forestSettings(options: ForestOptions): ForestSettings {
  const parsed = forestSettingsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ForestError('invalid-settings', `forest settings: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** How many features are looked at for a split. */
export function candidateFeatures({ featureShare }: ForestSettings, features: number): number {
  // A share that came out of a division, such as 12 / 40, must not lose a feature to rounding.
  const count = featureShare === 'sqrt' ? Math.sqrt(features) : featureShare * features + 1e-9;
  return Math.max(1, Math.min(features, Math.floor(count)));
}
