/** `execute "request"`: answers a request with a trained policy, on the scenario's models; the answer comes to stdout as it is made. */
import { createOrchestrator, seededRandom, type Unanswered } from '@ratchet/core';
import { learningTask } from '@ratchet/harness';
import { learnedLearner } from '@ratchet/learning';
import { chooseWorld, type ProviderWords } from '../choose-world.ts';
import { composeTracing } from '../compose-tracing.ts';
import { exitCodes } from '../exit-codes.ts';
import { executedRoot, fromHere } from '../project-folders.ts';
import { loadSnapshot, requireArms, scenarioSnapshots } from '../snapshot-files.ts';
import type { Output } from '../terminal/output.ts';
import { progressText, streamedAnswer, unansweredText } from '../terminal/streamed-answer.ts';
import { wallClock } from '../wall-clock.ts';
import { loadNamedScenario } from './inspect-experiments.ts';
import { scenarioPathOf } from './train.ts';

export interface ExecuteWords extends ProviderWords {
  readonly request: string;
  readonly scenario: string;
  readonly generation: number;
  readonly seed: number;
  readonly json: boolean;
  readonly data?: string;
  readonly deadlineMs?: number;
  readonly trace?: boolean;
  readonly content?: boolean;
}

export async function executeCommand(words: ExecuteWords, output: Output): Promise<number> {
  const scenario = loadNamedScenario(scenarioPathOf(words.scenario), words.data === undefined ? undefined : fromHere(words.data));
  const task = learningTask(scenario);
  const learner = learnedLearner(task);
  const place = scenarioSnapshots(scenario);
  const snapshot = loadSnapshot(place, words.generation, output);
  requireArms(snapshot, task, place);
  const { world, live } = await chooseWorld(scenario, words);
  for (const note of live?.notes ?? []) output.note(note);
  live?.begin(executedRoot(), true);
  const { models, clock } = world.open(seededRandom('execute', words.seed), `execute ${words.seed}`);
  const run = `${words.seed}`;
  const unique = `execute-${process.pid}-${wallClock().getTime()}`;
  const tracing = composeTracing(
    { name: 'execute', experiment: 'execute', run, contentByDefault: true, unique },
    { ...words, fresh: false, pace: 'along' },
    output,
  );
  const { tracer } = tracing;
  const orchestrator = createOrchestrator({ policy: learner.policy(learner.restore(snapshot.state), 'exploit'), models, clock, tracer });
  const { deadlineMs, budgetUsd } = words;
  const request = {
    id: `execute-${words.seed}`,
    text: words.request,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(budgetUsd === undefined ? {} : { budgetUsd }),
  };
  const streamed = streamedAnswer(output);
  const { decision, end, usage, latencyMs, analysis } = await untilInterrupted((signal) =>
    orchestrator.handle(request, seededRandom('execute decision', words.seed), {
      signal,
      onProgress: (event) => output.note(progressText(event)),
      ...(words.json ? {} : { onDelta: streamed.onDelta }),
    }),
  ).finally(() => live?.close());
  streamed.end();
  if (words.json) {
    output.result(
      JSON.stringify(
        {
          text: end.kind === 'answered' ? end.text : end.partialText,
          status: end.kind,
          ...(end.kind === 'answered' ? {} : { error: { kind: end.error.kind, message: end.error.message }, unanswered: end.unanswered.map(asJson) }),
          arm: decision.armId,
          generation: snapshot.generation,
          chunks: analysis.chunks.length,
          complexity: analysis.complexity.score,
          ...usage,
          latencyMs,
          evidence: world.evidence,
        },
        null,
        2,
      ),
    );
  } else {
    output.note(
      `\n${decision.armId}, generation ${snapshot.generation}, ${analysis.chunks.length} chunk${analysis.chunks.length === 1 ? '' : 's'}, ${usage.modelCalls} calls, ${usage.costUsd === null ? 'cost not known' : `$${usage.costUsd.toFixed(5)}`}, ${latencyMs === null ? 'time not known' : `${(latencyMs / 1000).toFixed(1)} s`} (${world.evidence})`,
    );
  }
  await tracing.finish();
  if (end.kind === 'answered') return exitCodes.ok;
  output.error(`${end.error.message}\n${unansweredText(end.unanswered)}`);
  if (end.error.kind === 'unavailable' && world.evidence === 'live') output.error('Is there a network? `pnpm ratchet doctor` looks at keys and servers.');
  return end.error.kind === 'cancelled' ? exitCodes.interrupted : exitCodes.execution;
}

function asJson(one: Unanswered): object {
  return one.kind === 'failed' ? { ...one, error: { kind: one.error.kind, message: one.error.message } } : one;
}

/** Ctrl-C ends the calls under way, and what is there by then is shown; once more ends the program at once. */
async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    interrupt.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    return await work(interrupt.signal);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
