/** Makes the scorer that a scenario names; whatever it needs (sandbox, worker, Python) is started on first use. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Arm } from '@ratchet/core';
import { recordedOutcome } from '../data/recorded-outcome.ts';
import type { Scorer } from '../experiment/scorer.ts';
import { ConfigError, configError } from '../scenario/config-error.ts';
import type { Scenario, Task } from '../scenario/scenario.ts';
import { problemAt } from '../scenario/yaml-file.ts';
import { checkText } from './check-text.ts';
import { runJavaScriptChecks, runMutationCheck } from './javascript-check.ts';
import { loadJavaScriptSandbox } from './javascript-sandbox.ts';
import type { JudgeModels } from './judge-scorer.ts';
import { partsScorer } from './parts-scorer.ts';
import { type SandboxThread, sandboxThread } from './sandbox-thread.ts';
import { ScorerError } from './scorer-error.ts';
import type { SharedChecks } from './shared-checks.ts';

/** JavaScript of answers runs in a thread beside this one, or here, where this thread is one of many that have enough to do and share what they find. */
export type ScoringPlace = 'beside' | SharedChecks;

/**
 * `judges`: models for a scorer that asks one. Throws a `ConfigError` where it needs them and there are none, and for files that the scorer names and that cannot be read.
 */
export async function createScorer(scenario: Scenario, where: ScoringPlace = 'beside', judges?: JudgeModels): Promise<Scorer> {
  const config = scenario.file.scorer;
  const idle = (): void => undefined;
  switch (config.kind) {
    case 'parts': {
      const prelude = config.prelude === undefined ? '' : readScript(resolve(scenario.directory, config.prelude));
      const sandbox = await openSandbox(where);
      const scorer = partsScorer(scenario.parts, { sandbox, prelude, ...(where === 'beside' ? {} : { shared: where }) });
      return { score: (task, answer) => scorer.score(task, answer), close: () => sandbox.close() };
    }
    case 'recorded':
      return { score: (task, _answer, arm) => recordedQuality(scenario, task, arm), close: idle };
    case 'python': {
      const { scorePython } = await import('./python-check.ts');
      return {
        score: (task, answer) => {
          if (task.python === undefined)
            throw new ScorerError(`the task ${task.id} has no Python tests; the scorer \`python\` is for tasks.jsonl with prompt, entry_point and test`);
          return scorePython(answer, task.python, config);
        },
        close: idle,
      };
    }
    case 'module': {
      const { loadModuleScorer } = await import('./module-scorer.ts');
      const file = resolve(scenario.directory, config.path);
      if (!existsSync(file)) throw new ConfigError([problemAt(scenario.path, ['scorer', 'path'], `there is no scorer module ${file}`)]);
      const scorer = loadModuleScorer(file, config);
      return {
        score: (task, answer) =>
          scorer.score({ task: { id: task.id, request: task.text, ...(task.expected === undefined ? {} : { expected: task.expected }) }, answer }),
        close: () => scorer.close(),
      };
    }
    case 'javascript': {
      const sandbox = await openSandbox(where);
      return { score: (_task, answer) => runJavaScriptChecks(sandbox, { prelude: '', blocks: [answer] }, config.tests), close: () => sandbox.close() };
    }
    case 'mutation': {
      const sandbox = await openSandbox(where);
      return { score: (_task, answer) => runMutationCheck(sandbox, { prelude: '', blocks: [answer] }, config), close: () => sandbox.close() };
    }
    case 'judge': {
      if (judges === undefined) throw new ConfigError([problemAt(scenario.path, ['scorer'], 'the scorer `judge` asks a model, and there is none to ask here')]);
      const { judgeScorer } = await import('./judge-scorer.ts');
      const { judgeAgreement } = await import('./judge-agreement.ts');
      const scorer = judgeScorer(config, judges);
      return { score: (task, answer) => scorer.score(task, answer), agreement: () => judgeAgreement(scorer.pairs()), close: idle };
    }
    default:
      return { score: (task, answer) => checkText(answer, config, task), close: idle };
  }
}

async function openSandbox(where: ScoringPlace): Promise<SandboxThread> {
  return where === 'beside' ? sandboxThread() : { ...(await loadJavaScriptSandbox()), close: () => undefined };
}

function recordedQuality({ recording }: Scenario, task: Task, arm: Arm): { score: number; reasons: readonly string[] } | null {
  if (recording?.kind !== 'outcome-table') throw new ScorerError('the scorer `recorded` is for scenarios whose source is an outcome table');
  if (arm.strategy !== 'direct') throw new ScorerError(`the scorer \`recorded\` knows the outcomes of models, and of no arm of the strategy ${arm.strategy}`);
  const quality = recordedOutcome(recording.table, task.id, arm)?.quality ?? null;
  return quality === null ? null : { score: quality, reasons: [] };
}

function readScript(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw configError(file, 'the scorer needs this file, and it cannot be read', { cause });
  }
}
