/** Runs refinement tasks with rounds that end when they converge, and with all rounds, under the same luck. */
import { type AnswerJudge, createOrchestrator, type OrchestrateArm, parseArmId, seededRandom, silentTracer } from '@ratchet/core';
import { createScorer, requestOf, type Scenario } from '@ratchet/harness';
import { fixedPolicy } from '@ratchet/learning';
import { asksIn, type RefinementTask } from './refinement-tasks.ts';
import { simulatedTrials } from './simulated-world.ts';

/** Who tells which round is the best: a judge who must hold to it in both orders, the agreement of rounds, or the tests. */
export const referees = ['judge', 'agreement', 'tests'] as const;
export type Referee = (typeof referees)[number];

/** `once` takes no round after the first. */
export const stops = ['once', 'converged', 'all rounds'] as const;
export type Stop = (typeof stops)[number];

export interface Refinement {
  readonly task: string;
  readonly model: string;
  readonly repeat: number;
  readonly referee: Referee;
  readonly stop: Stop;
  /** Of the rounds that were kept, and of the last ones; in [0, 1]. */
  readonly quality: number;
  readonly lastQuality: number;
  readonly tokens: number;
  readonly costUsd: number;
  /** Rounds after the first, over all cycles of the request. */
  readonly rounds: number;
}

export interface ConvergencePlan {
  readonly tasks: readonly RefinementTask[];
  readonly models: readonly string[];
  readonly repeats: number;
  readonly maxRounds: number;
}

/** In order of referee, model, task, repeat and stop. Trials in which a call failed for good are left out, under all stops. */
export async function measureConvergence(scenario: Scenario, { tasks, models, repeats, maxRounds }: ConvergencePlan): Promise<readonly Refinement[]> {
  const open = simulatedTrials(scenario);
  const scorer = await createScorer(scenario);
  try {
    const all: Refinement[] = [];
    for (const referee of referees) {
      for (const model of models) {
        for (const { task, analysis } of tasks) {
          for (let repeat = 0; repeat < repeats; repeat++) {
            const ofTrial: Refinement[] = [];
            for (const stop of stops) {
              const arm = armOf(model, { referee, stop, maxRounds });
              const qualityOf = async (text: string, asks = task.asks): Promise<number> => (await scorer.score({ ...task, asks }, text, arm))?.score ?? 0;
              const judge: AnswerJudge = (answer, asked) =>
                qualityOf(
                  answer,
                  asksIn(
                    task,
                    asked.chunks.flatMap((index) => asked.analysis.chunks[index] ?? []),
                  ),
                );
              const { models: directory, clock, lastAnswers } = open(seededRandom('convergence', repeat, task.id));
              let rounds = 0;
              const { end, usage } = await createOrchestrator({
                policy: fixedPolicy(arm),
                models: directory,
                clock,
                tracer: silentTracer,
                analyze: () => analysis,
                ...(referee === 'tests' ? { judge } : {}),
              }).handle(requestOf(task), seededRandom('convergence'), {
                onProgress: ({ kind }) => {
                  if (kind === 'round') rounds++;
                },
              });
              if (end.kind === 'failed') break;
              const last = analysis.chunks.map(({ text }) => lastAnswers.get(text.trim()) ?? '').join('\n\n');
              ofTrial.push({
                task: task.id,
                model,
                repeat,
                referee,
                stop,
                quality: await qualityOf(end.text),
                lastQuality: await qualityOf(last),
                tokens: usage.inputTokens + usage.outputTokens,
                costUsd: usage.costUsd ?? 0,
                rounds,
              });
            }
            if (ofTrial.length === stops.length) all.push(...ofTrial);
          }
        }
      }
    }
    return all;
  } finally {
    scorer.close();
  }
}

function armOf(model: string, { referee, stop, maxRounds }: { readonly referee: Referee; readonly stop: Stop; readonly maxRounds: number }): OrchestrateArm {
  const arm = parseArmId(`orchestrate/${model}`) as OrchestrateArm;
  return {
    ...arm,
    maxRounds: stop === 'once' ? 1 : maxRounds,
    ...(stop === 'all rounds' ? { refinePatience: 0 } : {}),
    judgeRounds: referee === 'agreement' ? 0 : 1,
  };
}
