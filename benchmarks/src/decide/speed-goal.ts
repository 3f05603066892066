/** Measured figures beside what they are to be. */
import { markdownTable } from '../suite/markdown-table.ts';

/** One measured figure beside what it is to be. */
export interface SpeedGoal {
  readonly what: string;
  readonly unit: 'us' | 's' | 'MB' | 'ratio';
  readonly measured: number;
  /** The most that it may be; null where it is only told. */
  readonly most: number | null;
}

export function isReached({ measured, most }: SpeedGoal): boolean {
  return most === null || measured <= most;
}

export function renderGoals(goals: readonly SpeedGoal[]): string {
  const rows = goals.map((goal) => [
    goal.what,
    numberOf(goal.measured, goal.unit),
    goal.most === null ? '' : `<= ${goal.most} ${goal.unit}`,
    goal.most === null ? '' : isReached(goal) ? 'yes' : 'NO',
  ]);
  return markdownTable(['figure', 'measured', 'goal', 'reached'], rows);
}

function numberOf(value: number, unit: SpeedGoal['unit']): string {
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
}
