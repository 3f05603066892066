/** Renders a summary as report.md. */
import { focusPolicy } from './focus-policy.ts';
import { code, fence, list, markdownTable, plain } from './markdown-text.ts';
import { formatCount } from './measures.ts';
import { changeTable, choicesTable, comparisonsTable, expectedTable, gateTable, headlineTable, learningTable, promotionsTable } from './report-tables.ts';
import {
  counted,
  evidenceStatement,
  findings,
  firstTasks,
  gateStatement,
  incompleteStatement,
  intervalStatement,
  possibleGainStatement,
  promotionStatements,
  reproduction,
  runFacts,
  utilityConstants,
} from './statements.ts';
import type { Summary } from './summary.ts';
import { tuningStatement, tuningTable } from './tuning-report.ts';

const listedTasks = 10;

/** report.md: the evidence first, then the headline numbers, then everything they rest on. */
export function markdownReport(summary: Summary): string {
  const blocks = [
    ...opening(summary),
    ...results(summary),
    ...comparisons(summary),
    ...tuning(summary),
    ...promotions(summary),
    ...gate(summary),
    ...changedTasks(summary),
    ...method(summary),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function opening(summary: Summary): readonly string[] {
  const { title, text } = evidenceStatement(summary);
  const incomplete = incompleteStatement(summary);
  return [
    `# ${plain(summary.title)}`,
    `> **${title}** ${text}`,
    incomplete === undefined ? '' : `> **${incomplete}**`,
    summary.warnings.length === 0 ? '' : `${counted(summary.warnings.length, 'warning')}: see [Warnings](#warnings).`,
    '## What was compared',
    list(runFacts(summary).map(([name, value]) => `${name}: ${plain(value)}`)),
  ];
}

function results(summary: Summary): readonly string[] {
  const focus = focusPolicy(summary);
  const found = findings(summary);
  const expected = expectedTable(summary);
  const learning = learningTable(summary);
  return [
    '## Results on held-out tasks',
    focus === undefined ? 'No policy in this run learns; the table compares fixed policies.' : '',
    found.length === 0 || focus === undefined ? '' : `${code(focus)} against ${code(summary.baseline)}:`,
    list(found.map(({ label, change, difference, p }) => `${label}: ${change}; difference ${difference}; adjusted ${p}`)),
    plain(intervalStatement()),
    markdownTable(headlineTable(summary)),
    `### Change against ${code(summary.baseline)}`,
    markdownTable(changeTable(summary)),
    plain(possibleGainStatement(summary)),
    learning.rows.length === 0 ? '' : '### Before and after learning',
    markdownTable(learning),
    expected === null ? '' : '### Expected against measured',
    expected === null || summary.expected === null ? '' : `Expected: ${plain(summary.expected.source)}.`,
    expected === null ? '' : markdownTable(expected),
    '### What was chosen on held-out tasks',
    markdownTable(choicesTable(summary)),
  ];
}

function comparisons(summary: Summary): readonly string[] {
  return [
    '## Comparisons',
    summary.comparisons.length === 0 ? 'None were made.' : 'Candidate minus baseline, over pairs of the same task and seed.',
    markdownTable(comparisonsTable(summary.comparisons)),
  ];
}

function tuning(summary: Summary): readonly string[] {
  const statement = tuningStatement(summary);
  return statement === undefined ? [] : ['## Tuning', plain(statement), markdownTable(tuningTable(summary))];
}

function promotions(summary: Summary): readonly string[] {
  const table = promotionsTable(summary);
  const served = promotionStatements(summary);
  if (served.length === 0 && table.rows.length === 0) return [];
  return [
    '## Promotions',
    'A candidate is promoted when validation tasks show that it is better than the policy that serves.',
    list(served.map(plain)),
    markdownTable(table),
  ];
}

function gate(summary: Summary): readonly string[] {
  return ['## Gate', `**${gateStatement(summary)}**`, markdownTable(gateTable(summary))];
}

function changedTasks(summary: Summary): readonly string[] {
  const lines = (tasks: readonly string[]) => {
    const { shown, more } = firstTasks(tasks, listedTasks);
    return shown.length === 0 ? 'None.' : list([...shown.map(code), ...(more === 0 ? [] : [`and ${formatCount(more)} more`])]);
  };
  const focus = focusPolicy(summary);
  if (focus === undefined) return [];
  const { lost, gained } = summary.changedTasks;
  return [
    '## Tasks that changed',
    `### Lost: ${code(focus)} does worse than ${code(summary.baseline)} (${counted(lost.length, 'task')})`,
    lines(lost),
    `### Gained: ${code(focus)} does better (${counted(gained.length, 'task')})`,
    lines(gained),
  ];
}

function method(summary: Summary): readonly string[] {
  const { commands, text } = reproduction(summary);
  return [
    '## Utility',
    'All policies are compared by one utility, whatever each learned under:',
    fence(summary.utility.formula),
    list(utilityConstants(summary).map(([name, value]) => `${name}: ${value}`)),
    '## Warnings',
    summary.warnings.length === 0 ? 'None.' : list(summary.warnings.map(plain)),
    '## How to reproduce',
    fence(commands.join('\n')),
    text,
  ];
}
