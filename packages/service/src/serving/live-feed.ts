/** What happens in this process, for those who watch: gathered for each watcher, of whom the slow ones lose the oldest. */
import type { Clock } from '@ratchet/core';
import type { LearningProgress } from '../learning/background-learner.ts';
import { quietWait } from './quiet-wait.ts';

/** What was decided and what came of it; `at` as an ISO text. */
export interface FeedDecision {
  readonly id: string;
  readonly at: string;
  readonly armId: string;
  readonly generation: number;
  readonly explored: boolean;
  readonly status: 'answered' | 'failed' | 'cancelled';
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
}

export interface FeedFeedback {
  readonly decision: string;
  readonly quality: number;
}

export interface FeedBatch {
  readonly decisions: readonly FeedDecision[];
  readonly feedback: readonly FeedFeedback[];
  readonly learning: readonly LearningProgress[];
  /** How many were left out, as the watcher was too slow. */
  readonly dropped: number;
}

export interface Watcher {
  /** What came since the last time; resolves to null when nothing has for `quietMs`. Rejects when the signal is aborted. */
  next(quietMs: number, signal: AbortSignal): Promise<FeedBatch | null>;
  close(): void;
}

export interface LiveFeed {
  decision(decision: FeedDecision): void;
  feedback(feedback: FeedFeedback): void;
  learning(progress: LearningProgress): void;
  watch(): Watcher;
  readonly watchers: number;
}

/** Of each kind, for each watcher. */
const mostKept = 1000;

export function liveFeed(clock: Clock): LiveFeed {
  const watchers = new Set<OwnWatcher>();
  const tell = (add: (watcher: OwnWatcher) => void): void => {
    for (const watcher of watchers) {
      add(watcher);
      watcher.wake();
    }
  };
  return {
    decision: (decision) => tell((watcher) => watcher.decisions.add(decision)),
    feedback: (feedback) => tell((watcher) => watcher.feedback.add(feedback)),
    learning: (progress) => tell((watcher) => watcher.learning.add(progress)),
    get watchers() {
      return watchers.size;
    },
    watch: () => {
      const own = newWatcher();
      watchers.add(own);
      return {
        close: () => watchers.delete(own),
        next: async (quietMs, signal) => {
          signal.throwIfAborted();
          if (own.isEmpty()) {
            const wait = quietWait(clock, quietMs, signal);
            own.wake = wait.wake;
            await wait.over;
          }
          return own.isEmpty() ? null : own.take();
        },
      };
    },
  };
}

interface OwnWatcher {
  readonly decisions: Kept<FeedDecision>;
  readonly feedback: Kept<FeedFeedback>;
  readonly learning: Kept<LearningProgress>;
  wake: () => void;
  isEmpty(): boolean;
  take(): FeedBatch;
}

function newWatcher(): OwnWatcher {
  let dropped = 0;
  const onDrop = (): void => {
    dropped++;
  };
  const [decisions, feedback, learning] = [kept<FeedDecision>(onDrop), kept<FeedFeedback>(onDrop), kept<LearningProgress>(onDrop)];
  return {
    decisions,
    feedback,
    learning,
    wake: () => undefined,
    isEmpty: () => decisions.size() + feedback.size() + learning.size() === 0,
    take: () => {
      const batch = { decisions: decisions.take(), feedback: feedback.take(), learning: learning.take(), dropped };
      dropped = 0;
      return batch;
    },
  };
}

interface Kept<Item> {
  add(item: Item): void;
  size(): number;
  /** In the order in which they came. */
  take(): readonly Item[];
}

/** A ring: the newest take the place of the oldest. */
function kept<Item>(onDrop: () => void): Kept<Item> {
  let items: Item[] = [];
  let oldest = 0;
  return {
    add: (item) => {
      if (items.length < mostKept) {
        items.push(item);
        return;
      }
      items[oldest] = item;
      oldest = (oldest + 1) % mostKept;
      onDrop();
    },
    size: () => items.length,
    take: () => {
      const all = [...items.slice(oldest), ...items.slice(0, oldest)];
      items = [];
      oldest = 0;
      return all;
    },
  };
}
