/** A scenario as it is used: its file, tasks, answer bank and arms, checked against each other. */
import type { Arm, OfferedTools } from '@ratchet/core';
import type { HeuristicArms } from '@ratchet/learning';
import type { OutcomeTable } from '../data/outcome-table.ts';
import type { RecordedAnswers } from '../data/recorded-answers.ts';
import type { Part } from './answer-bank.ts';
import type { Ask } from './request-marks.ts';
import type { ScenarioFile } from './scenario-file.ts';

export interface BankPart extends Part {
  readonly language: 'javascript' | 'markdown';
}

export interface Task {
  readonly id: string;
  readonly family: string;
  /** The request, without marks. */
  readonly text: string;
  /** What the request offers to the model beside its text. */
  readonly tools?: OfferedTools;
  readonly asks: readonly Ask[];
  /** Tasks of a group stay in one split. */
  readonly group: string;
  /** Where held-out tasks have data of their own: which of the two it is of. Absent where the split is drawn from all tasks. */
  readonly purpose?: 'learning' | 'heldout';
  readonly expected?: string | number;
  /** For answers that are Python functions. */
  readonly python?: { readonly prompt: string; readonly entryPoint: string; readonly test: string };
}

/** Where recorded runs take their outcomes from. */
export type Recording =
  | { readonly kind: 'outcome-table'; readonly table: Pick<OutcomeTable, 'outcome'> }
  | { readonly kind: 'recorded-answers'; readonly answers: Pick<RecordedAnswers, 'text'> };

export interface Scenario {
  readonly name: string;
  readonly directory: string;
  /** Of its scenario.yaml. */
  readonly path: string;
  readonly file: ScenarioFile;
  readonly tasks: readonly Task[];
  readonly parts: ReadonlyMap<string, BankPart>;
  readonly materials: Readonly<Record<string, string>>;
  readonly arms: readonly Arm[];
  readonly heuristic?: HeuristicArms;
  readonly recording?: Recording;
  /** Where held-out tasks have data of their own: ids of the tasks that were left out because held-out ones ask the same. */
  readonly heldoutData?: { readonly leftOut: readonly string[] };
  /** sha256 of all its files and data. */
  readonly hash: string;
}
