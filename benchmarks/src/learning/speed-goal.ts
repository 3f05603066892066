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
  const lines = [['figure', 'measured', 'goal', 'reached'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => (line[column] as string).length)));
  const [head, ...body] = lines.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] as number)).join(' | ')} |`);
  return `${[head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n')}\n`;
}

function numberOf(value: number, unit: SpeedGoal['unit']): string {
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
}
