/** What a simulated model is like: how well it answers what, how fast, how dear, how it fails; each with its source. */
import { z } from 'zod';

const share = z.number().min(0).max(1);
const logit = z.number().min(-10).max(10);

export const simulatedProfileSchema = z.strictObject({
  id: z.string().min(1),
  pricedAs: z.string().min(1).describe('The model of the price table whose price it has'),
  skill: z.record(z.string().min(1), logit).describe('Logits of a right answer to a part of difficulty 0, by family'),
  itemSpread: z
    .number()
    .min(0)
    .max(5)
    .default(0.8)
    .describe('Standard deviation of what the model makes of each single part, in logits; all its calls share it'),
  judgement: logit.default(0.5).describe('Log odds with which it prefers a right answer to a wrong one'),
  fixRate: share.default(0.22).describe('Share of its errors that it mends when it looks at its draft again'),
  breakRate: share.default(0.6).describe('Share of its right answers that it spoils then, where it had next to no chance of one; less by as much as it had'),
  firstTokenMs: z.number().min(0),
  tokensPerSecond: z.number().positive(),
  rateLimitedShare: share.default(0.002).describe('Calls that are answered 429'),
  timeoutShare: share.default(0.001).describe('Calls that hang until their timeout'),
  cutOffShare: share.default(0.002).describe('Answers that end too early'),
  source: z.string().min(1),
});
export type SimulatedProfile = z.infer<typeof simulatedProfileSchema>;

/** What is the same for all models of a world. */
export const simulatedWorldSchema = z.strictObject({
  dilution: logit.default(0.2).describe('Logits lost for each further part that is asked for in the same call'),
  context: logit.default(1).describe('Logits lost when an answer it builds on is out of sight'),
  cut: logit.default(3).describe('Logits lost when the words that ask for a part are cut away entirely'),
  absentMaterial: logit.default(5).describe('Logits lost when the text that a part is about is out of sight'),
  partialShare: share.default(0.5).describe('Share of parts on which those who err are partly right; on the others they are wrong'),
  source: z.string().min(1),
});
export type SimulatedWorld = z.infer<typeof simulatedWorldSchema>;

/** The `simulation` section of a scenario. */
export const simulationSchema = z.strictObject({
  models: z
    .array(simulatedProfileSchema)
    .min(1)
    .superRefine((models, context) => {
      const ids = models.map((model) => model.id);
      ids.forEach((id, index) => {
        if (ids.indexOf(id) < index) context.addIssue({ code: 'custom', message: `a second model "${id}"`, path: [index, 'id'] });
      });
    }),
  world: simulatedWorldSchema,
});
export type Simulation = z.infer<typeof simulationSchema>;
