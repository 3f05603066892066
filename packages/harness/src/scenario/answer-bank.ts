/** The answer bank of a scenario: its parts, how each is checked, and right, partly right and wrong answers to each. */
import { z } from 'zod';
import { partCheckSchema } from '../scorers/scorer-config.ts';

const partId = z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'an id looks like kit/part-name');

export const answerSchema = z.strictObject({
  grade: z.enum(['right', 'partial', 'wrong']),
  text: z.string().min(1),
});

export const partSchema = z.strictObject({
  id: partId,
  family: z.string().min(1),
  difficulty: z.number().min(-3).max(3).describe('In logits; 0 is a typical part, 1 clearly harder, -1 clearly easier'),
  symbol: z
    .string()
    .regex(/^[A-Za-z_$][\w$]*$/)
    .optional()
    .describe('The name that the code of an answer defines'),
  heading: z.string().min(1).optional().describe('The heading under which the text of an answer stands'),
  needs: z.array(partId).default([]).describe('Parts whose answers this one builds on'),
  reads: z.array(partId).default([]).describe('Materials of the task file that this part is about'),
  check: partCheckSchema,
  answers: z.array(answerSchema).min(1),
});
export type Part = z.infer<typeof partSchema>;

export const answerFileSchema = z.strictObject({
  language: z.enum(['javascript', 'markdown']).describe('javascript answers are written in a code fence, markdown as they stand'),
  parts: z.array(partSchema).min(1),
});
