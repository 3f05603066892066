/** Learns beside the traffic: folds the log into candidates, lets through what is better, and takes back what turns out worse. */
import type { LogEntry, Store } from '@ratchet/core';
import { learnedLearner, parseSnapshot, type ValueVerdict } from '@ratchet/learning';
import { learningTaskOf, type ServiceTask } from '../service-task.ts';
import type { Generation } from '../serving/generation.ts';
import { snapshotJson } from '../serving/generation.ts';
import type { LivePolicy } from '../serving/live-policy.ts';
import { promotedReason, rolledBackFrom, rolledBackReason, servingCause } from '../serving/serving-reason.ts';
import type { LearningThread } from './learn-in-worker.ts';
import type { LearningResult } from './learning-job.ts';
import { liveRegression } from './live-regression.ts';
import { judgedCount } from './log-events.ts';

export interface LearningSettings {
  /** Judged answers that a new generation is made of, at least; of a long log a twentieth more, as less would hardly change what is known. */
  readonly foldEvery: number;
  /** Judged answers that a candidate has not learned from, and is judged on once; of a long log a twentieth of its entries, up to 600. */
  readonly heldOut: number;
  /** Quality that a candidate may lose. */
  readonly margin: number;
}

export const learningSettings: LearningSettings = { foldEvery: 60, heldOut: 60, margin: 0.02 };

export type LearningProgress =
  | { readonly kind: 'folded'; readonly generation: number; readonly entries: number }
  | { readonly kind: 'judged'; readonly generation: number; readonly utility: ValueVerdict | null; readonly quality: ValueVerdict | null }
  | { readonly kind: 'promoted'; readonly generation: number }
  | { readonly kind: 'kept-out'; readonly generation: number; readonly why: string }
  | { readonly kind: 'rolled-back'; readonly from: number; readonly to: number; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

export interface BackgroundLearner {
  /** One turn; turns of one process come one after the other. Never rejects: what fails is told, and tried again at the next turn. */
  turn(options?: { readonly force?: boolean }): Promise<readonly LearningProgress[]>;
}

export interface BackgroundLearnerParts {
  readonly task: ServiceTask;
  readonly store: Store;
  readonly live: LivePolicy;
  readonly thread: LearningThread;
  readonly now: () => number;
  readonly settings: LearningSettings;
  readonly onProgress?: (progress: LearningProgress) => void;
}

const pageSize = 2000;
/** Entries that one generation is folded from at most: a log that waited long is folded in several. */
const mostEntries = 20_000;
/** Judged answers, of the entries that are folded already, that a new generation is worth; and how many of them are waited for at most. */
const newShare = 0.05;
const mostAwaited = 5_000;
/** Judged answers that a candidate is judged on at most, the newest: with more the verdict is hardly surer, and takes as many times longer. */
const mostHeldOut = 600;

/**
 * Every generation is the fold of the one before it and of the log's entries after that: so the last is the fold of the whole log, whichever
 * process made which, and whether or not it ever served. The store lets one process add a generation.
 */
export function backgroundLearner({ task, store, live, thread, now, settings, onProgress }: BackgroundLearnerParts): BackgroundLearner {
  let running: Promise<readonly LearningProgress[]> = Promise.resolve([]);
  /** The candidate that was judged last. Looked at again with a few answers more, one that is no better would be promoted by chance sooner or later. */
  let judged = 0;

  const turn = async (force: boolean, tell: (progress: LearningProgress) => void): Promise<void> => {
    await live.refresh();
    await rollBackIfWorse(tell);
    const snapshots = await store.snapshots();
    const usable = snapshots.filter(({ quarantined }) => quarantined === null);
    const newest = usable.at(-1);
    const tried = Math.max(0, ...(await store.servings(1000)).map(({ generation }) => generation));
    const judges = newest !== undefined && (force ? newest.generation > tried : newest.generation === live.candidate()?.generation);
    if (judges && (await judgeCandidate(newest, { force, tell })) === 'waiting' && !force) return;
    const since = newest?.sequence ?? 0;
    const fewest = force ? 1 : Math.max(settings.foldEvery, Math.min(mostAwaited, newShare * since));
    if ((await store.judgedAfter(since)) < fewest) return;
    const entries = await entriesSince(since);
    // As many as one generation takes are folded whatever they are: the judgements may come later in the log.
    if (entries.length < mostEntries && judgedCount(entries) < fewest) return;
    const saved = newest === undefined ? null : await savedState(newest.generation);
    const folded = await thread.run({ kind: 'fold', task, saved, entries });
    if (folded.kind !== 'folded') throw new Error('the thread that learns gave another answer than it was asked for');
    const generation = (snapshots.at(-1)?.generation ?? 0) + 1;
    const sequence = entries.at(-1)?.sequence ?? 0;
    const added = await store.addSnapshot({ generation, sequence, atMs: now(), json: snapshotJson(folded.saved, generation, task) });
    if (added) tell({ kind: 'folded', generation, entries: entries.length });
    await live.refresh();
  };

  const judgeCandidate = async (
    { generation, sequence }: { readonly generation: number; readonly sequence: number },
    { force, tell }: { readonly force: boolean; readonly tell: (progress: LearningProgress) => void },
  ): Promise<'waiting' | 'decided'> => {
    if (generation === judged && !force) return 'decided';
    const fewest = force ? 1 : Math.max(settings.heldOut, Math.min(mostHeldOut, newShare * sequence));
    if ((await store.judgedAfter(sequence)) < fewest) return 'waiting';
    const entries = await entriesSince(sequence);
    if (entries.length < mostEntries && judgedCount(entries) < fewest) return 'waiting';
    const candidate = await live.open(generation);
    const verdict = await thread.run({ kind: 'judge', task, incumbent: saveOf(live.current()), candidate: saveOf(candidate), entries: lastJudged(entries) });
    if (verdict.kind !== 'judged') throw new Error('the thread that learns gave another answer than it was asked for');
    judged = generation;
    tell({ kind: 'judged', generation, utility: verdict.utility, quality: verdict.quality });
    const why = objection(verdict, settings);
    if (why === null) {
      await store.setServing({ generation, atMs: now(), reason: promotedReason });
      await live.refresh();
      tell({ kind: 'promoted', generation });
    } else {
      live.setAside(generation);
      tell({ kind: 'kept-out', generation, why });
    }
    return 'decided';
  };

  const rollBackIfWorse = async (tell: (progress: LearningProgress) => void): Promise<void> => {
    const [serving, previous] = await store.servings(2);
    if (serving === undefined || serving.generation === 0) return;
    const returnedFrom = rolledBackFrom(serving);
    if (returnedFrom === undefined && servingCause(serving) === 'rolled-back') return;
    const entries = await entriesSince((await store.lastSequence()) - 4 * pageSize);
    const of = (generation: number, some = entries): readonly LogEntry[] => some.filter(({ decision }) => decision.generation === generation).slice(-500);
    const returnedAt = entries.findLastIndex(({ decision }) => decision.generation === returnedFrom);
    // What served before may be as bad by now: then it is the traffic that changed, or a model, and nothing that was learned until then holds.
    const [to, before, after] =
      returnedFrom === undefined
        ? [previous?.generation ?? 0, of(previous?.generation ?? 0), of(serving.generation)]
        : [0, of(serving.generation, entries.slice(0, returnedAt)), of(serving.generation, entries.slice(returnedAt + 1))];
    const regression = liveRegression(before, after);
    if (regression === null) return;
    const why = `quality ${regression.qualityNow.toFixed(3)} after ${regression.qualityBefore.toFixed(3)}`;
    await store.setServing({ generation: to, atMs: now(), reason: rolledBackReason(why, serving.generation) });
    await live.refresh();
    tell({ kind: 'rolled-back', from: serving.generation, to, why });
  };

  const entriesSince = async (sequence: number): Promise<readonly LogEntry[]> => {
    const entries: LogEntry[] = [];
    for (let after = sequence; entries.length < mostEntries; after = entries.at(-1)?.sequence ?? after) {
      const page = await store.entriesAfter(after, pageSize);
      entries.push(...page);
      if (page.length < pageSize) break;
    }
    return entries;
  };

  const savedState = async (generation: number): Promise<unknown> => {
    const snapshot = await store.snapshot(generation);
    return snapshot === undefined ? null : parseSnapshot(snapshot.json, `generation ${generation}`).state;
  };

  const saveOf = ({ generation, state }: Generation): unknown =>
    generation === 0 ? null : JSON.parse(JSON.stringify(learnedLearner(learningTaskOf(task)).save(state)));

  return {
    turn: ({ force = false } = {}) => {
      running = running.then(async () => {
        const progress: LearningProgress[] = [];
        const tell = (one: LearningProgress): void => {
          progress.push(one);
          onProgress?.(one);
        };
        try {
          await turn(force, tell);
        } catch (error) {
          tell({ kind: 'failed', why: (error as Error).message });
        }
        return progress;
      });
      return running;
    },
  };
}

function lastJudged(entries: readonly LogEntry[]): readonly LogEntry[] {
  return entries.filter((entry) => judgedCount([entry]) > 0).slice(-mostHeldOut);
}

/** A loss of quality that must be unlikely, whatever it seems to be. */
const graveLoss = 0.1;

/**
 * null for a candidate that is better: in utility, which counts quality, for certain; in quality not worse than the margin as far as is
 * known, and hardly gravely worse (one-sided 80%). A loss within a margin of two points could only be excluded by hundreds of judged answers; that it
 * shows later is what the rollback is for.
 */
function objection({ utility, quality }: Extract<LearningResult, { kind: 'judged' }>, { margin }: LearningSettings): string | null {
  if (utility === null || quality === null) return 'nothing to judge it by';
  if (utility.kind === 'refused') return `the log cannot say: ${utility.reason}`;
  if (quality.kind === 'refused') return `the log cannot say: ${quality.reason}`;
  if (!(utility.low > 0)) return `utility gain ${utility.value.toFixed(3)}, at least ${utility.low.toFixed(3)}`;
  if (!(quality.value > -margin && quality.low > -graveLoss)) return `quality gain ${quality.value.toFixed(3)}, at least ${quality.low.toFixed(3)}`;
  return null;
}
