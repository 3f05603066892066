/** What a service says of the prices that it goes by, where they come from a file that may change. */
import { z } from 'zod';

export const pricesInUseSchema = z.object({
  version: z.string().describe('Equal where the prices are'),
  asOf: z.string().nullable().describe('The newest day on which one of them held, as the file states it'),
  fault: z.string().nullable().describe('What is wrong with the file as it is now: the last good prices serve on'),
});

export interface PricesInUse extends z.infer<typeof pricesInUseSchema> {
  /** Versions that took the place of others, and versions that could not. */
  readonly taken: number;
  readonly refused: number;
}
