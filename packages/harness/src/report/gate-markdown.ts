/** Renders a judged gate as Markdown, short enough for a comment on a change. */
import { code, list, markdownTable, plain } from './markdown-text.ts';
import { headlineTable, tableOf } from './report-tables.ts';
import { counted, evidenceStatement, firstTasks } from './statements.ts';
import type { Summary } from './summary.ts';

const listedTasks = 20;

export interface JudgedGate {
  readonly gate: Summary['gate'];
  /** What the run was compared with, or why it was not. */
  readonly reference: string;
}

/** The verdict first, then what failed, with the tasks that it failed by, then everything that was checked. */
export function gateMarkdown(summary: Summary, { gate, reference }: JudgedGate): string {
  const failed = gate.checks.filter(({ passed }) => !passed);
  const blocks = [
    `## ${gate.passed ? 'Passed' : 'FAILED'}: ${plain(summary.title)}`,
    `${code(`${summary.experiment}/${summary.run}`)}, answers ${summary.evidence}. ${plain(evidenceStatement(summary).text)}`,
    gate.passed ? '' : `${counted(failed.length, 'check')} of ${gate.checks.length} failed.`,
    ...failed.map(({ name, detail, tasks = [] }) => {
      const { shown, more } = firstTasks(tasks, listedTasks);
      const named =
        shown.length === 0 ? '' : `\n\n${counted(tasks.length, 'task')}:\n\n${list([...shown.map(code), ...(more === 0 ? [] : [`and ${more} more`])])}`;
      return `**${plain(name)}**: ${plain(detail)}${named}`;
    }),
    '### Checks',
    markdownTable(
      tableOf(
        ['Check', 'Result', 'Detail'],
        ['text', 'text', 'text'],
        gate.checks.map(({ name, passed, detail }) => [name, passed ? 'passed' : 'FAILED', detail]),
      ),
    ),
    plain(reference),
    '### Held-out tasks',
    markdownTable(headlineTable(summary)),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
