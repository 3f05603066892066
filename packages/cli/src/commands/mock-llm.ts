/** `mock-llm`: serves a scenario's simulated models as OpenAI's and Anthropic's servers would, until it is interrupted. */
import { systemClock } from '@ratchet/core';
import { ConfigError, didYouMean, problemAt, readYamlFile } from '@ratchet/harness';
import { type FaultFile, faultFileSchema, luckHeaderName, type MockServer, startMockServer } from '@ratchet/providers';
import { composeSimulatedModels } from '../compose.ts';
import { exitCodes } from '../exit-codes.ts';
import { listenFault } from '../listen-fault.ts';
import { fromHere } from '../project-folders.ts';
import type { Output } from '../terminal/output.ts';
import { wallClock } from '../wall-clock.ts';
import { loadNamedScenario } from './inspect-experiments.ts';
import { scenarioPathOf } from './train.ts';

export interface MockLlmWords {
  readonly scenario: string;
  readonly host: string;
  readonly port: number;
  readonly seed: number;
  readonly timeScale: number;
  readonly json: boolean;
  /** A file of faults. */
  readonly faults?: string;
}

/** Resolves when it was interrupted and the requests under way are answered. Throws for wrong files, and for a port that cannot be had. */
export async function mockLlmCommand(words: MockLlmWords, output: Output): Promise<number> {
  const models = composeSimulatedModels(loadNamedScenario(scenarioPathOf(words.scenario), undefined));
  const { host, port, seed, timeScale } = words;
  const server = await startMockServer(models, {
    clock: systemClock(),
    wallClock,
    host,
    port,
    seed,
    timeScale,
    ...(words.faults === undefined ? {} : { faults: readFaults(fromHere(words.faults), models.ids) }),
    onFault: ({ kind }, path) => output.note(`fault: ${kind} at ${path}`),
    onError: (error) => output.error(`error: ${(error as Error).stack ?? String(error)}`),
  }).catch((cause: NodeJS.ErrnoException) => {
    throw listenFault(cause, { host, port });
  });
  // Listened for first: whoever reads the address may end it at once.
  const ended = interrupted(server, output);
  output.result(words.json ? JSON.stringify({ url: server.url, scenario: words.scenario, models: models.ids, luckHeader: luckHeaderName }) : server.url);
  output.note(
    `Simulated models of ${words.scenario}: ${models.ids.join(', ')}.\nOPENAI_BASE_URL=${server.url}/v1 ANTHROPIC_BASE_URL=${server.url}; any key will do. Ctrl-C ends it.`,
  );
  await ended;
  return exitCodes.ok;
}

/** Throws a `ConfigError` for a file that cannot be read, and for rules about models that are not served. */
function readFaults(path: string, ids: readonly string[]): FaultFile {
  const file = readYamlFile(path, faultFileSchema);
  const problems = file.faults.flatMap(({ model }, index) =>
    model === undefined || ids.includes(model)
      ? []
      : [problemAt(path, ['faults', index, 'model'], `there is no simulated model "${model}".${didYouMean(model, ids)} There are: ${ids.join(', ')}`)],
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return file;
}

/** A second Ctrl-C ends the program at once. */
function interrupted(server: MockServer, output: Output): Promise<void> {
  return new Promise((resolve, reject) => {
    let closing = false;
    const onSignal = (): void => {
      if (closing) process.exit(exitCodes.interrupted);
      closing = true;
      output.note('Answers what is under way; once more ends it at once.');
      server.close().then(resolve, reject);
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
}
