/** Offers a run to workers on other machines: the database, what may be shared, the account, threads of this machine that help. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '@ratchet/core';
import type { ResultsFolder } from '@ratchet/harness';
import type { SharedLimits } from '@ratchet/providers';
import type { JobQueue } from '@ratchet/store';
import { codeVersion } from './code-version.ts';
import { databaseUrl, openJobQueue } from './compose-job-queue.ts';
import { coordinateExperiment, type ExperimentCoordinator } from './coordinate-experiment.ts';
import type { PreparedExperiment } from './prepare-experiment.ts';
import { runAccount, writeSharedExperiment } from './shared-experiment.ts';
import { appendSpending, logSpending, spentBefore } from './spending-log.ts';
import type { Output } from './terminal/output.ts';
import { UsageError } from './usage-error.ts';
import { workOnRun } from './work-on-run.ts';

export interface SharedRunWords {
  readonly databaseUrl?: string;
  readonly provider?: string;
  readonly record?: string;
  readonly cache?: string;
  readonly budgetUsd?: number;
  readonly concurrency: number;
  /** Of this machine; by default none. */
  readonly threads?: number;
  readonly fresh: boolean;
}

/** The database of the workers, and the limits that are kept in it. */
export interface Sharing {
  readonly queue: JobQueue;
  readonly databaseUrl: string;
  readonly limits: SharedLimits;
}

export interface ShareParts extends Sharing {
  readonly folder: ResultsFolder;
  /** Its name in the results. */
  readonly run: string;
  readonly output: Output;
}

/** Until it is said that nobody takes a job. */
const patienceMs = 10_000;

/** Before anything is begun. Throws a `UsageError` where no database is named, a `StoreError` where it is not there. */
export async function openSharing(words: SharedRunWords, output: Output): Promise<Sharing> {
  if (words.record !== undefined || words.cache !== undefined) throw notShared('--record and --cache, which are written in one place');
  const url = databaseUrl(words.databaseUrl);
  const queue = await openJobQueue(url);
  // What comes of it looks as if the budget were spent; this says why.
  const onFault = (error: unknown): void => output.error((error as Error).message);
  return { queue, databaseUrl: url, limits: { rate: queue.rate, onFault } };
}

/** Throws a `UsageError` for what only one process can do. */
export function requireShareable({ plan, world }: PreparedExperiment, { budgetUsd }: SharedRunWords): void {
  const scorer = plan.scenario.file.scorer.kind;
  if (scorer === 'judge') throw notShared('a model that judges: its judgements are kept in one place');
  if (scorer === 'module') throw notShared("a scorer of the user's own, which may keep a state");
  if (budgetUsd !== undefined && world.keepsBudget !== true) throw notShared('--budget-usd but with --provider live: other answers cost nothing');
}

function notShared(why: string): UsageError {
  return new UsageError(`--workers does not go with ${why}`);
}

/** Rejects with a `StoreError` where another process coordinates the run. */
export async function shareRun({ plan, world, live }: PreparedExperiment, words: SharedRunWords, parts: ShareParts): Promise<ExperimentCoordinator> {
  const { queue, folder, output } = parts;
  const clock = systemClock();
  const spendingFile = join(folder.directory, 'spending.jsonl');
  const shared = { id: `${plan.experiment.name}/${parts.run} ${plan.id}`, codeVersion: codeVersion() };
  const offer = await queue.offer(
    { ...shared, words: writeSharedExperiment({ words: { ...words }, planId: plan.id, run: parts.run, concurrency: words.concurrency }) },
    // What was paid is kept, whatever the code is by now, as it is in the folder.
    { anew: words.fresh ? 'always' : world.evidence === 'live' ? 'never' : 'after-other-code' },
  );
  if (live !== undefined) {
    const spentUsd = spentBefore(spendingFile);
    const account = await offer.openAccount(runAccount, { budgetUsd: words.budgetUsd ?? Number.POSITIVE_INFINITY, spentUsd });
    live.draw(account, async (spent) => logSpending(spendingFile, spent));
  }
  const coordinator = coordinateExperiment(offer, {
    clock,
    // Over the bar that may stand there.
    say: (text) => output.error(`${output.live ? '\r\u001b[2K' : ''}${text}`),
    onSpent: (json) => appendSpending(spendingFile, json),
    patienceMs,
  });
  await coordinator.know({ trials: [...folder.trials.all()], profiles: [...folder.profiles.all()] });
  if (words.threads === undefined || words.threads === 0) return coordinator;
  const [own] = (await queue.offered()).filter(({ id }) => id === shared.id);
  if (own === undefined) return coordinator;
  const name = `helper-${process.pid}-${randomBytes(3).toString('hex')}`;
  const work = await workOnRun(queue, own, { threads: words.threads, databaseUrl: parts.databaseUrl, name, onJob: () => undefined });
  return {
    ...coordinator,
    close: async (complete) => {
      await work.stop();
      await coordinator.close(complete);
    },
  };
}
