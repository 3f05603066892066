/** What the learner did, in a line. */
import type { LearningProgress } from './background-learner.ts';

export function learningText(progress: LearningProgress): string {
  switch (progress.kind) {
    case 'folded':
      return `learned: generation ${progress.generation} from ${progress.entries} more entries of the log`;
    case 'judged':
      return `judged: generation ${progress.generation}`;
    case 'promoted':
      return `generation ${progress.generation} serves now`;
    case 'kept-out':
      return `generation ${progress.generation} is kept out: ${progress.why}`;
    case 'rolled-back':
      return `generation ${progress.from} is taken back, ${progress.to} serves again: ${progress.why}`;
    case 'failed':
      return `nothing could be learned just now: ${progress.why}`;
    default:
      return progress satisfies never;
  }
}
