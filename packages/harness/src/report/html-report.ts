/** Renders a summary as report.html: one file with everything inside it, that needs no script and asks for nothing. */
import { comparisonIntervals } from './charts/comparison-intervals.ts';
import { costQualityPlane } from './charts/cost-quality-plane.ts';
import type { Figure } from './charts/figure.ts';
import { learningCurves } from './charts/learning-curves.ts';
import { parameterEvolution } from './charts/parameter-evolution.ts';
import { shareEvolution } from './charts/share-evolution.ts';
import { strategyHeatmap } from './charts/strategy-heatmap.ts';
import { escapeMarkup } from './escape-markup.ts';
import { againstBaseline, focusPolicy } from './focus-policy.ts';
import { htmlFigure, htmlTable } from './html-elements.ts';
import { htmlStyle } from './html-style.ts';
import { formatInterval, isSignificant } from './measures.ts';
import { directionOf } from './metric-meaning.ts';
import { changeTable, choicesTable, expectedTable, gateTable, headlineTable, learningTable, promotionsTable, type Table } from './report-tables.ts';
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

export interface ReportLinks {
  /** The page of W&B Weave on which the run's evaluations stand side by side. */
  readonly evaluations?: string;
}

/** Equal summaries and links give equal bytes. Loads Observable Plot and linkedom when first called. */
export async function htmlReport(summary: Summary, links: ReportLinks = {}): Promise<string> {
  return `${[
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeMarkup(summary.title)}</title>`,
    `<style>\n${htmlStyle}\n</style>`,
    '</head>',
    '<body>',
    '<main>',
    await reportSections(summary, links),
    '</main>',
    '</body>',
    '</html>',
  ].join('\n')}\n`;
}

/** What stands within the page, for pages that have more than a report; `htmlStyle` is its style sheet. */
export async function reportSections(summary: Summary, links: ReportLinks = {}): Promise<string> {
  const hasValidation = summary.generationRows.some(({ phase }) => phase === 'validation');
  const figures = await Promise.all([
    learningCurves(summary, 'train'),
    ...(hasValidation ? [learningCurves(summary, 'validation')] : []),
    costQualityPlane(summary),
    comparisonIntervals(summary),
    strategyHeatmap(summary),
    shareEvolution(summary),
    parameterEvolution(summary),
  ]);
  return [
    opening(summary, figures),
    results(summary),
    ...figures.map(htmlFigure),
    decisions(summary),
    tuning(summary),
    gate(summary),
    changedTasks(summary),
    method(summary),
    traces(summary, links),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function opening(summary: Summary, figures: readonly Figure[]): string {
  const { title, text } = evidenceStatement(summary);
  const incomplete = incompleteStatement(summary);
  const links: readonly (readonly [string, string])[] = [
    ['results', 'Results'],
    ...figures.map(({ id, title: name }) => [id, name] as const),
    ['decisions', 'Decisions and promotions'],
    ...(summary.tuning === undefined ? [] : [['tuning', 'Tuning'] as const]),
    ['gate', 'Gate'],
    ['utility', 'Utility'],
    ['reproduce', 'How to reproduce'],
    ['traces', 'Traces'],
  ];
  return [
    '<header>',
    `<h1>${escapeMarkup(summary.title)}</h1>`,
    `<p class="notice"><strong>${escapeMarkup(title)}</strong> ${escapeMarkup(text)}</p>`,
    incomplete === undefined ? '' : `<p class="notice alarm"><strong>${escapeMarkup(incomplete)}</strong></p>`,
    summary.warnings.length === 0
      ? ''
      : `<div class="notice"><strong>${escapeMarkup(counted(summary.warnings.length, 'warning'))}</strong>${list(summary.warnings)}</div>`,
    definitions(runFacts(summary)),
    `<nav aria-label="Sections">${links.map(([id, name]) => `<a href="#${escapeMarkup(id)}">${escapeMarkup(name)}</a>`).join(' ')}</nav>`,
    '</header>',
  ].join('\n');
}

function traces({ experiment, run }: Summary, { evaluations }: ReportLinks): string {
  const command = (words: string): string => `<code>pnpm ratchet ${escapeMarkup(words)}</code>`;
  return section('traces', 'Traces', [
    `<p>Every trial is traced step by step: ${command(`traces ${experiment}/${run}`)} shows the slowest, the dearest and the failed, and one as a tree; ${command(`report ${experiment}/${run} --to weave`)} tells W&amp;B Weave of the run.</p>`,
    evaluations === undefined ? '' : `<p><a href="${escapeMarkup(evaluations)}">This run's policies side by side in Weave</a></p>`,
  ]);
}

function results(summary: Summary): string {
  const focus = focusPolicy(summary);
  const expected = expectedTable(summary);
  const learning = learningTable(summary);
  return section('results', 'Results on held-out tasks', [
    focus === undefined
      ? '<p>No policy in this run learns; the table compares fixed policies.</p>'
      : `<p><code>${escapeMarkup(focus)}</code> against <code>${escapeMarkup(summary.baseline)}</code>:</p>`,
    tiles(summary),
    `<p>${escapeMarkup(possibleGainStatement(summary))}</p>`,
    table(headlineTable(summary), 'Held-out means of all policies', focus),
    `<h3 style="margin-top:18px">Change against <code>${escapeMarkup(summary.baseline)}</code></h3>`,
    table(changeTable(summary), 'Changes against the baseline', focus),
    `<p class="soft">${escapeMarkup(intervalStatement())}</p>`,
    ...(learning.rows.length === 0 ? [] : ['<h3 style="margin-top:18px">Before and after learning</h3>', table(learning, 'Before and after learning', focus)]),
    ...(expected === null || summary.expected === null
      ? []
      : [
          '<h3 style="margin-top:18px">Expected against measured</h3>',
          `<p class="soft">Expected: ${escapeMarkup(summary.expected.source)}.</p>`,
          table(expected, 'Expected against measured'),
        ]),
  ]);
}

function tiles(summary: Summary): string {
  const focus = focusPolicy(summary) ?? '';
  const boxes = findings(summary).map(({ metric, label, change, difference, p }) => {
    const comparison = againstBaseline(summary, focus, metric);
    const direction = comparison !== undefined && isSignificant(comparison) ? directionOf(metric, comparison.delta) : 'equal';
    const colour = { better: ' good', worse: ' bad', equal: '' }[direction];
    const verdict = { better: 'better', worse: 'worse', equal: 'not significant' }[direction];
    const now = formatInterval(metric, summary.policies[focus]?.heldout[metric] ?? null);
    return [
      '<div class="tile">',
      `<div class="label">${escapeMarkup(`${label}: ${verdict}, ${p}`)}</div>`,
      `<div class="value${colour}">${escapeMarkup(change)}</div>`,
      `<div class="detail">${escapeMarkup(difference)}</div>`,
      `<div class="detail">mean ${escapeMarkup(now)}</div>`,
      '</div>',
    ].join('');
  });
  return boxes.length === 0 ? '' : `<div class="tiles">\n${boxes.join('\n')}\n</div>`;
}

function decisions(summary: Summary): string {
  const promotions = promotionsTable(summary);
  return section('decisions', 'Decisions and promotions', [
    table(choicesTable(summary), 'Held-out decisions by strategy and by models', focusPolicy(summary)),
    list(promotionStatements(summary)),
    ...(promotions.rows.length === 0
      ? []
      : [
          '<p class="soft">Promoted candidates: those that validation tasks show to be better than the policy that serves.</p>',
          htmlTable(promotions, { label: 'Promotions by generation', narrow: 'scroll' }),
        ]),
  ]);
}

function tuning(summary: Summary): string {
  const statement = tuningStatement(summary);
  if (statement === undefined) return '';
  const races = tuningTable(summary);
  return section('tuning', 'Tuning', [
    `<p>${escapeMarkup(statement)}</p>`,
    races.rows.length === 0 ? '' : table(races, 'Races of arms by seed, and what each rung kept'),
  ]);
}

function gate(summary: Summary): string {
  return section('gate', 'Gate', [
    `<p class="${summary.gate.passed ? 'good' : 'bad'}">${escapeMarkup(gateStatement(summary))}</p>`,
    table(gateTable(summary), 'Checks of the gate'),
  ]);
}

function changedTasks(summary: Summary): string {
  const focus = focusPolicy(summary);
  if (focus === undefined) return '';
  const block = (heading: string, tasks: readonly string[]) => {
    const { shown, more } = firstTasks(tasks, listedTasks);
    const items = shown.map((task) => `<li><code>${escapeMarkup(task)}</code></li>`).join('');
    const rest = more === 0 ? '' : `<li>and ${more} more</li>`;
    return `<div class="panel"><h3>${escapeMarkup(heading)} (${counted(tasks.length, 'task')})</h3>${shown.length === 0 ? '<p>None.</p>' : `<ul>${items}${rest}</ul>`}</div>`;
  };
  const { lost, gained } = summary.changedTasks;
  return section('changed', 'Tasks that changed', [
    `<p class="soft">Held-out tasks on which ${escapeMarkup(focus)} does worse or better than ${escapeMarkup(summary.baseline)} on average.</p>`,
    `<div class="panels">${block('Lost', lost)}${block('Gained', gained)}</div>`,
  ]);
}

function method(summary: Summary): string {
  const { commands, text } = reproduction(summary);
  return [
    section('utility', 'Utility', [
      '<p>All policies are compared by one utility, whatever each learned under:</p>',
      `<pre><code>${escapeMarkup(summary.utility.formula)}</code></pre>`,
      definitions(utilityConstants(summary)),
    ]),
    section('reproduce', 'How to reproduce', [`<pre><code>${escapeMarkup(commands.join('\n'))}</code></pre>`, `<p>${escapeMarkup(text)}</p>`]),
  ].join('\n');
}

function section(id: string, title: string, parts: readonly string[]): string {
  return [`<section id="${id}">`, `<h2>${escapeMarkup(title)}</h2>`, ...parts.filter((part) => part !== ''), '</section>'].join('\n');
}

function table(content: Table, label: string, focus?: string): string {
  return htmlTable(content, { label, focus, narrow: 'stack' });
}

function list(items: readonly string[]): string {
  return items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${escapeMarkup(item)}</li>`).join('')}</ul>`;
}

function definitions(pairs: readonly (readonly [string, string])[]): string {
  return `<dl>${pairs.map(([name, value]) => `<dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(value)}</dd>`).join('')}</dl>`;
}
