/** The arms of a scenario: each entry is an arm, or a grid of arms where fields list their values under `each`. */
import { type Arm, armId, armSchema, strategyNames } from '@ratchet/core';
import { z } from 'zod';

const fieldValue = z.union([z.string(), z.number(), z.array(z.string())]);
const gridField = z.union([fieldValue, z.strictObject({ each: z.array(fieldValue).min(1) })]);

const namesOf = (strategy: string): readonly string[] =>
  Object.keys(armSchema.options.find((option) => option.shape.strategy.value === strategy)?.shape ?? {}).filter((name) => name !== 'strategy');
const names = [...new Set(strategyNames.flatMap(namesOf))];

export const armGridSchema = z
  .strictObject({
    strategy: z.enum(strategyNames as [string, ...string[]]),
    ...(Object.fromEntries(names.map((name) => [name, gridField.optional()])) as Record<string, z.ZodOptional<typeof gridField>>),
  })
  .superRefine((grid, context) => {
    for (const one of combinations(grid as Grid)) {
      const parsed = armSchema.safeParse(one);
      if (parsed.success) continue;
      for (const issue of parsed.error.issues) {
        if (issue.code !== 'unrecognized_keys') context.addIssue({ ...issue, path: issue.path.slice(0, 1) } as never);
        else
          for (const key of issue.keys)
            context.addIssue({
              code: 'custom',
              path: [key],
              message: `the strategy ${grid.strategy} has no "${key}"; it has: ${namesOf(grid.strategy).join(', ')}`,
            });
      }
      return;
    }
  });

type Grid = Readonly<Record<string, z.infer<typeof gridField> | undefined>>;

/** All arms of all entries, each once, in order. */
export function expandArms(grids: readonly z.infer<typeof armGridSchema>[]): readonly Arm[] {
  const arms = grids.flatMap((grid) => combinations(grid as Grid).map((one) => armSchema.parse(one)));
  return [...new Map(arms.map((arm) => [armId(arm), arm])).values()];
}

function combinations(grid: Grid): readonly Record<string, unknown>[] {
  let partial: Record<string, unknown>[] = [{}];
  for (const [name, value] of Object.entries(grid)) {
    if (value === undefined) continue;
    const options = typeof value === 'object' && !Array.isArray(value) ? value.each : [value];
    partial = partial.flatMap((one) => options.map((option) => ({ ...one, [name]: option })));
  }
  return partial;
}
