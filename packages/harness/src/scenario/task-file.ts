/** Task files of a scenario: requests, worded as a person would, with the parts they ask for marked in the text. */
import { z } from 'zod';

const id = z.string().regex(/^[A-Za-z0-9_.:/-]+$/, 'an id has letters, digits and _ . : / -');

export const taskSchema = z.strictObject({
  id,
  family: z.string().min(1).optional().describe('Shown in reports; never seen by a policy'),
  request: z.string().min(1).describe('The text; {{kit/part|words that ask for it}} marks a part, {{material kit/name}} inserts a material'),
  expected: z.union([z.string(), z.number()]).optional(),
});

export const taskFileSchema = z.strictObject({
  materials: z.record(z.string(), z.string().min(1)).default({}).describe('Texts that requests insert, by id'),
  tasks: z.array(taskSchema).min(1),
});
export type TaskSource = z.infer<typeof taskSchema>;
