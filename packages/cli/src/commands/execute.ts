/** `execute "request"`: answers a request with a trained policy, on the scenario's models. */
import { join } from 'node:path';
import { createOrchestrator, seededRandom } from '@ratchet/core';
import { learningTask } from '@ratchet/harness';
import { learnedLearner } from '@ratchet/learning';
import { localTracer } from '@ratchet/observability';
import { composeWorld } from '../compose.ts';
import { exitCodes } from '../exit-codes.ts';
import { fromHere, projectRoot } from '../project-folders.ts';
import { loadSnapshot, requireArms, scenarioSnapshots } from '../snapshot-files.ts';
import type { Output } from '../terminal/output.ts';
import { wallClock } from '../wall-clock.ts';
import { loadNamedScenario } from './inspect-experiments.ts';
import { scenarioPathOf } from './train.ts';

export interface ExecuteWords {
  readonly request: string;
  readonly scenario: string;
  readonly generation: number;
  readonly seed: number;
  readonly json: boolean;
}

export async function executeCommand(words: ExecuteWords, output: Output): Promise<number> {
  const scenario = loadNamedScenario(scenarioPathOf(words.scenario), undefined);
  const task = learningTask(scenario);
  const learner = learnedLearner(task);
  const place = scenarioSnapshots(scenario);
  const snapshot = loadSnapshot(place, words.generation, output);
  requireArms(snapshot, task, place);
  const { models, clock } = composeWorld(scenario, undefined).open(seededRandom('execute', words.seed));
  const tracer = localTracer(
    join(process.env['RATCHET_HOME'] === undefined ? join(projectRoot, '.ratchet') : fromHere(process.env['RATCHET_HOME']), 'traces.jsonl'),
    wallClock,
  );
  const orchestrator = createOrchestrator({ policy: learner.policy(learner.restore(snapshot.state), 'exploit'), models, clock, tracer });
  const { decision, end, usage, latencyMs, analysis } = await orchestrator.handle(
    { id: `execute-${words.seed}`, text: words.request },
    seededRandom('execute decision', words.seed),
  );
  const text = end.kind === 'answered' ? end.text : end.partialText;
  if (words.json) {
    output.result(
      JSON.stringify(
        {
          text,
          status: end.kind,
          arm: decision.armId,
          generation: snapshot.generation,
          chunks: analysis.chunks.length,
          complexity: analysis.complexity.score,
          ...usage,
          latencyMs,
          evidence: 'simulated',
        },
        null,
        2,
      ),
    );
  } else {
    output.result(text);
    output.note(
      `\n${decision.armId}, generation ${snapshot.generation}, ${analysis.chunks.length} chunk${analysis.chunks.length === 1 ? '' : 's'}, ${usage.modelCalls} calls, $${(usage.costUsd ?? 0).toFixed(5)}, ${((latencyMs ?? 0) / 1000).toFixed(1)} s (simulated)`,
    );
  }
  if (end.kind === 'failed') output.error(end.error.message);
  return end.kind === 'answered' ? exitCodes.ok : exitCodes.execution;
}
