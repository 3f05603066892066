/** `mcp`: the orchestrator for editors and agents, over the Model Context Protocol on the standard streams. */
import { serveMcpOverStdio } from '@ratchet/service';
import { composeService, type ServiceWords } from '../compose-service.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import { loadNamedScenario } from './inspect-experiments.ts';
import { scenarioPathOf } from './train.ts';

export interface McpWords extends ServiceWords {
  readonly scenario: string;
  readonly learnEverySeconds: number;
}

/** Resolves when the client closes the stream, or it is interrupted. Nothing but the protocol is written to stdout. */
export async function mcpCommand(words: McpWords, output: Output): Promise<number> {
  const { service, notes, close } = await composeService(loadNamedScenario(scenarioPathOf(words.scenario), undefined), words, {
    output,
    onError: (error) => output.error(`error: ${(error as Error).stack ?? String(error)}`),
    onLearning: ({ kind }) => output.note(`learning: ${kind}`),
  });
  for (const note of notes) output.note(note);
  const ended = new AbortController();
  process.once('SIGINT', () => ended.abort()).once('SIGTERM', () => ended.abort());
  const learning = service.learnEvery(words.learnEverySeconds * 1000, ended.signal);
  await serveMcpOverStdio(service.mcp, ended.signal);
  ended.abort();
  await learning;
  await close();
  return exitCodes.ok;
}
