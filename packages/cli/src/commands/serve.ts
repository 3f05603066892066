/** `serve`: the orchestrator behind an endpoint like OpenAI's, which learns from its own traffic, until it is interrupted. */
import { randomBytes } from 'node:crypto';
import type { Store } from '@ratchet/core';
import { readyPage } from '@ratchet/dashboard';
import { keyText, learningText, listen, newKeyParts, readKey, storedKeyOf } from '@ratchet/service';
import { composeService, type ServiceWords } from '../compose-service.ts';
import { exitCodes } from '../exit-codes.ts';
import { listenFault } from '../listen-fault.ts';
import { readEnvironment } from '../read-environment.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../usage-error.ts';
import { wallClock } from '../wall-clock.ts';
import { loadNamedScenario } from './inspect-experiments.ts';
import { scenarioPathOf } from './train.ts';

export interface ServeWords extends ServiceWords {
  readonly scenario: string;
  readonly host: string;
  readonly port: number;
  /** How often it looks for something to learn. */
  readonly learnEverySeconds: number;
  readonly json: boolean;
}

/** Resolves when it was interrupted and the requests under way are answered. */
export async function serveCommand(words: ServeWords, output: Output): Promise<number> {
  const scenario = loadNamedScenario(scenarioPathOf(words.scenario), undefined);
  const page = preparePage(output);
  const { service, store, notes, readPrices, close } = await composeService(scenario, words, {
    output,
    onError: (error) => output.error(`error: ${(error as Error).stack ?? String(error)}`),
    onLearning: (progress) => output.note(learningText(progress)),
  });
  const adminKey = await firstKey(store);
  await page;
  const { host, port } = words;
  const server = await listen(service, { host, port }).catch(async (cause: NodeJS.ErrnoException) => {
    await close();
    throw listenFault(cause, { host, port });
  });
  const ended = new AbortController();
  const learning = service.learnEvery(words.learnEverySeconds * 1000, ended.signal);
  const interrupted = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      if (ended.signal.aborted) process.exit(exitCodes.interrupted);
      ended.abort(new Error('interrupted'));
      output.note('Answers what is under way; once more ends it at once.');
      resolve();
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
  // A terminal that is closed says the same, and is to end what runs in it.
  if (readPrices !== undefined && !process.stdin.isTTY) process.on('SIGHUP', readPrices);
  output.result(words.json ? JSON.stringify({ url: server.url, scenario: scenario.name, ...(adminKey === undefined ? {} : { adminKey }) }) : server.url);
  for (const note of notes) output.note(note);
  if (adminKey !== undefined && !words.json) output.error(`The admin key, which is shown this once: ${adminKey}`);
  output.note(`The page is at ${server.url}/ and asks for a key.`);
  output.note(`OPENAI_BASE_URL=${server.url}/v1 OPENAI_API_KEY=<a key>, model ratchet/auto. ${server.url}/openapi.json describes the rest. Ctrl-C ends it.`);
  await interrupted;
  service.endStreams();
  await server.close();
  await learning;
  await close();
  return exitCodes.ok;
}

/** Makes the page's files where they are not there or old. A service without a page answers requests all the same. */
async function preparePage(output: Output): Promise<void> {
  try {
    await readyPage({ onBuild: () => output.note('Builds the page, which takes a few seconds and is done once ...') });
  } catch (error) {
    output.error(`the page could not be built: ${(error as Error).message}`);
  }
}

/** The key that the environment names, if it is new; else one that is made for a store which has none. undefined where nobody has to be told of one. */
async function firstKey(store: Store): Promise<string | undefined> {
  const wishes = { name: 'admin', scopes: ['infer', 'feedback', 'admin'], tenant: 'admin', shares: true, requestsPerMinute: null, budgetUsd: null } as const;
  const given = readEnvironment()['RATCHET_ADMIN_KEY'];
  if (given !== undefined) {
    const parts = readKey(given);
    if (parts === undefined)
      throw new UsageError('RATCHET_ADMIN_KEY is no key of this service: rk_<id>_<secret>, with at least 24 letters and digits of secret');
    if ((await store.key(parts.id)) === undefined) await store.addKey(storedKeyOf(parts, wishes, wallClock().getTime()));
    return undefined;
  }
  if ((await store.keys()).length > 0) return undefined;
  const parts = newKeyParts(randomBytes);
  await store.addKey(storedKeyOf(parts, wishes, wallClock().getTime()));
  return keyText(parts);
}
