/** The port of the harness to scorers. */
import type { Arm } from '@ratchet/core';
import type { Task } from '../scenario/scenario.ts';
import type { CheckResult } from '../scorers/javascript-check.ts';
import type { JudgeAgreement } from '../scorers/judge-agreement.ts';

export interface Scorer {
  /** Throws a `ScorerError` when it fails; null when there is nothing to score by. */
  score(task: Task, answer: string, arm: Arm): CheckResult | null | Promise<CheckResult | null>;
  /** How far a judge agrees with programs, where there is one and both were asked. */
  agreement?(): JudgeAgreement | undefined;
  close(): void;
}
