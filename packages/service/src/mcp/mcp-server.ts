/** The orchestrator for editors and agents: tools, resources and a prompt of the Model Context Protocol. */

import { McpServer, ResourceTemplate, type ServerContext } from '@modelcontextprotocol/server';
import { analyze, type Clock, type Store } from '@ratchet/core';
import { z } from 'zod';
import { name, recordJudgement } from '../http/decision-routes.ts';
import { modelFailure } from '../http/error-format.ts';
import { checkedPlace } from '../http/run-routes.ts';
import type { ExperimentRunner } from '../jobs/experiment-runner.ts';
import type { RunEntry, RunLibrary } from '../runs/run-library.ts';
import { ServiceError } from '../service-error.ts';
import type { ServiceTask } from '../service-task.ts';
import type { AnswerService } from '../serving/answer-service.ts';
import type { Asker } from '../serving/ask.ts';
import type { LivePolicy } from '../serving/live-policy.ts';

export interface McpParts {
  readonly task: ServiceTask;
  readonly service: AnswerService;
  readonly store: Store;
  readonly live: LivePolicy;
  /** Of real time. */
  readonly clock: Clock;
  readonly newId: () => string;
  readonly now: () => number;
  /** Absent where no experiments can be run. */
  readonly runExperiment: ExperimentRunner | undefined;
  /** Absent where no runs can be shown. */
  readonly library: RunLibrary | undefined;
}

/** Who uses the tools, and which of them. */
export interface McpUser {
  readonly asker: Asker;
  readonly scopes: readonly string[];
}

const requestText = z.string().min(1).max(1_000_000).describe('What is asked, in words');

const executeInput = z.strictObject({
  request: requestText,
  budgetUsd: z.number().min(0).optional().describe('No call is made once so much is spent'),
  deadlineMs: z.int().min(1).optional(),
});
const executeOutput = z.object({
  decision: z.string().describe('For feedback'),
  text: z.string(),
  arm: z.string(),
  generation: z.int(),
  costUsd: z.number().nullable(),
  latencyMs: z.number().nullable(),
});
const suggestOutput = z.object({
  strategy: z.string(),
  arm: z.string(),
  models: z.array(z.string()),
  generation: z.int(),
  prediction: z.object({ quality: z.number(), costUsd: z.number().nullable(), latencyMs: z.number().nullable() }).nullable(),
});
const analyzeOutput = z.object({
  complexity: z.number(),
  chunks: z.array(z.object({ index: z.int(), text: z.string() })),
  edges: z.array(z.object({ from: z.int(), to: z.int(), reason: z.string() })),
});
const feedbackInput = z.strictObject({ decision: name, quality: z.number().min(0).max(1), id: name.optional() });
const experimentInput = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'the name of an experiment: letters, digits and dashes'),
  limit: z.int().min(1).max(1000).default(20).describe('Tasks'),
  seeds: z.int().min(1).max(10).default(2),
  generations: z.int().min(0).max(20).default(3),
});

/** A server for one user; its tools refuse, as results, what the user's key may not do. */
export function mcpServer(parts: McpParts, { asker, scopes }: McpUser): McpServer {
  const { task, service, store, clock, live, newId, now, runExperiment, library } = parts;
  const server = new McpServer({ name: 'ratchet', version: '1' });
  const needs = (scope: string): void => {
    if (!scopes.includes(scope)) throw new ServiceError(403, `this key has not the scope "${scope}"`);
  };

  server.registerTool(
    'execute',
    {
      title: 'Answer a request',
      description: 'Answers a request with the strategy and model that were learned to be good enough at the least cost',
      inputSchema: executeInput,
      outputSchema: executeOutput,
    },
    (words, context) =>
      answered(async () => {
        needs('infer');
        const progress = progressOf(context);
        const { request, budgetUsd, deadlineMs } = words;
        const limits = { ...(budgetUsd === undefined ? {} : { budgetUsd }), ...(deadlineMs === undefined ? {} : { deadlineMs }) };
        const result = await service.answer({ id: `mcp-${newId()}`, text: request, model: 'auto', ...limits }, asker, {
          signal: context.mcpReq.signal,
          onDecided: ({ armId, generation }) => progress(`${armId}, generation ${generation}`),
        });
        if (result.end.kind === 'failed') throw modelFailure(result.end.error);
        const { id, armId, generation, usage, latencyMs } = result;
        return { decision: id, text: result.end.text, arm: armId, generation, costUsd: usage.costUsd, latencyMs };
      }),
  );

  server.registerTool(
    'suggest_strategy',
    {
      title: 'Suggest a strategy',
      description: 'Which strategy and models would answer a request, and what that is expected to come to; executes nothing',
      inputSchema: z.strictObject({ request: requestText }),
      outputSchema: suggestOutput,
      annotations: { readOnlyHint: true },
    },
    ({ request }) =>
      answered(async () => {
        needs('infer');
        const { arm, armId, generation, prediction } = service.suggest({ id: newId(), text: request, model: 'auto' });
        return { strategy: arm.strategy, arm: armId, models: 'models' in arm ? [...arm.models] : [arm.model], generation, prediction };
      }),
  );

  server.registerTool(
    'analyze',
    {
      title: 'Analyse a request',
      description: 'The parts of a request, what each needs of the others, and how complex it is',
      inputSchema: z.strictObject({ request: requestText }),
      outputSchema: analyzeOutput,
      annotations: { readOnlyHint: true },
    },
    ({ request }) =>
      answered(async () => {
        needs('infer');
        const { chunks, edges, complexity } = analyze({ id: 'analyze', text: request });
        return {
          complexity: complexity.score,
          chunks: chunks.map(({ index, text }) => ({ index, text })),
          edges: edges.map(({ from, to, reason }) => ({ from, to, reason })),
        };
      }),
  );

  server.registerTool(
    'feedback',
    {
      title: 'Judge an answer',
      description: 'Says how good the answer of a decision was, from 0 to 1; the service learns from it',
      inputSchema: feedbackInput,
      outputSchema: z.object({ decision: z.string(), status: z.string() }),
      annotations: { idempotentHint: true },
    },
    (words) =>
      answered(async () => {
        needs('feedback');
        return { decision: words.decision, status: await recordJudgement(words, { store, clock, now, keyId: asker.keyId, tenant: asker.tenant }) };
      }),
  );

  if (runExperiment !== undefined) {
    server.registerTool(
      'run_experiment',
      {
        title: 'Run an experiment',
        description: 'Runs an experiment of the project and gives its summary: what was learned, compared with the baseline on held-out tasks',
        inputSchema: experimentInput,
        outputSchema: z.object({ summary: z.unknown() }),
      },
      (words, context) =>
        answered(async () => {
          needs('admin');
          const progress = progressOf(context);
          return { summary: await runExperiment(words, { signal: context.mcpReq.signal, onProgress: progress }) };
        }),
    );
  }

  const json = (uri: URL, value: unknown) => ({ contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify(value) }] });
  server.registerResource('policies', 'ratchet://policies', { title: 'What serves, and what served', mimeType: 'application/json' }, async (uri) => {
    needs('admin');
    return json(uri, { serving: live.current().generation, generations: await store.snapshots(), history: await store.servings(100) });
  });
  server.registerResource('scenario', 'ratchet://scenario', { title: 'Arms and objective of the service', mimeType: 'application/json' }, async (uri) => {
    needs('infer');
    return json(uri, { name: task.name, arms: task.arms, objective: task.objective, prices: task.prices });
  });
  if (library !== undefined) {
    const list = async () => {
      // Others may list what there is beside.
      const places = scopes.includes('admin') ? await library.entries(reportPlace) : [];
      return { resources: places.flatMap((place) => (place === null ? [] : [{ ...place, mimeType: 'text/markdown' }])) };
    };
    server.registerResource(
      'reports',
      new ResourceTemplate('ratchet://reports/{experiment}/{run}', { list }),
      { title: 'The report of a run', mimeType: 'text/markdown' },
      async (uri, { experiment, run }) => {
        needs('admin');
        const place = checkedPlace(String(experiment), String(run));
        const text = await library.report(place);
        if (text === undefined) throw new ServiceError(404, `there is no report of ${place.experiment}/${place.run}`);
        return { contents: [{ uri: uri.href, mimeType: 'text/markdown', text }] };
      },
    );
  }
  server.registerPrompt(
    'judge_answer',
    {
      title: 'Judge an answer',
      description: 'Asks for an answer to be judged, and the judgement to be given back as feedback',
      argsSchema: z.object({ decision: z.string(), answer: z.string() }),
    },
    ({ decision, answer }) => ({
      messages: [
        {
          role: 'user',
          content: {
            type: 'text',
            text: `Judge the answer below: 0 is useless, 1 is perfect. Then call the tool "feedback" with decision "${decision}" and your quality.\n\n${answer}`,
          },
        },
      ],
    }),
  );
  return server;
}

/** null for a run without a summary: it has no report either. */
function reportPlace(entry: RunEntry): { readonly uri: string; readonly name: string } | null {
  if (entry.kind === 'unreadable' || entry.summary === null) return null;
  const { experiment, run } = entry;
  return { uri: `ratchet://reports/${experiment}/${run}`, name: `${experiment}/${run}` };
}

/** What is refused, or fails, is a result with the reason; what nobody expected is the SDK's to report. */
async function answered<Output extends Record<string, unknown>>(work: () => Promise<Output>) {
  try {
    const structuredContent = await work();
    return { structuredContent, content: [{ type: 'text' as const, text: JSON.stringify(structuredContent) }] };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { isError: true, content: [{ type: 'text' as const, text: error.message }] };
  }
}

/** Tells the client what happens, where it asked to be told. */
function progressOf({ mcpReq }: ServerContext): (message: string) => void {
  const progressToken = mcpReq._meta?.progressToken;
  let progress = 0;
  return (message) => {
    if (progressToken === undefined) return;
    // A client that is gone has no need to know.
    mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: ++progress, message } }).catch(() => undefined);
  };
}
