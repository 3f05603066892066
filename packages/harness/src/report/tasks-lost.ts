/** Names the tasks on which a change for the worse was seen, the worst first. */

export interface TaskChange {
  readonly task: string;
  /** Quality after less quality before; a task may have several. */
  readonly change: number;
}

/** Tasks whose mean change is below 0; ties go by name. */
export function tasksLost(changes: readonly TaskChange[]): string[] {
  const means = [...Map.groupBy(changes, ({ task }) => task)].map(([task, own]) => ({
    task,
    change: own.reduce((sum, { change }) => sum + change, 0) / own.length,
  }));
  return means
    .filter(({ change }) => change < -1e-9)
    .sort((a, b) => a.change - b.change || (a.task < b.task ? -1 : 1))
    .map(({ task }) => task);
}
