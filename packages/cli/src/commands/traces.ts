/** `traces [run]`: what was traced of a run or of single requests: the slowest, the dearest, those that failed, and one as a tree. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { configError } from '@ratchet/harness';
import { type SpanRecord, type TraceHead, type TraceOverview, traceOverview, traceTree } from '@ratchet/observability';
import { exitCodes } from '../exit-codes.ts';
import { tracesRoot } from '../project-folders.ts';
import { spansIn } from '../read-spans.ts';
import type { Output } from '../terminal/output.ts';

export interface TracesWords {
  /** By default the one that was written to last. */
  readonly run?: string;
  /** A trace's id or its end, or a trial's or request's id; by default the latest. */
  readonly tree?: string;
  /** How many of each. */
  readonly most: number;
  readonly json: boolean;
}

/** Throws a `ConfigError` for a run or a trace that is not there. */
export async function tracesCommand(words: TracesWords, output: Output): Promise<number> {
  const folder = findTraces(words.run);
  const fold = traceOverview(words.most);
  let wanted: string | undefined;
  for await (const span of spansIn(folder)) {
    fold.add(span);
    if (words.tree !== undefined && span.parentId === null && isMeant(span, words.tree)) wanted = span.traceId;
  }
  const overview = fold.result();
  if (words.tree !== undefined && wanted === undefined)
    throw configError(
      folder,
      `no trace is meant by "${words.tree}": give a trace's id, or a trial's (of an experiment of many trials, one of the first repeat)`,
    );
  const shown = wanted ?? overview.latest?.traceId;
  const spans: SpanRecord[] = [];
  if (shown !== undefined) for await (const span of spansIn(folder, shown)) if (span.traceId === shown) spans.push(span);
  const tree = traceTree(spans);
  if (words.json) {
    output.result(JSON.stringify({ folder, ...overview, tree }, null, 2));
    return exitCodes.ok;
  }
  if (words.tree === undefined) showOverview(relative(tracesRoot(), folder), overview, output);
  if (shown !== undefined) output.result(`\nTrace ${shown}`);
  for (const { depth, span } of tree) output.result(`${'  '.repeat(depth)}${spanText(span)}`);
  return exitCodes.ok;
}

/** Of a trace's id: within a run they differ at the end. */
const shortId = 12;

function isMeant({ traceId, attributes }: SpanRecord, text: string): boolean {
  return (text.length >= 6 && traceId.endsWith(text)) || attributes['trialId'] === text || attributes['requestId'] === text;
}

/** `experiment/run`, the name of a run, or `execute`. */
function findTraces(name: string | undefined): string {
  const folders = traceFolders();
  const found =
    name === undefined
      ? [...folders].sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0]
      : folders.find((folder) => relative(tracesRoot(), folder) === name || folder.endsWith(join('/', name)));
  if (found !== undefined) return found;
  const known = folders.map((folder) => relative(tracesRoot(), folder));
  throw configError(
    name ?? tracesRoot(),
    known.length === 0 ? 'nothing has been traced yet' : `there are no such traces. There are: ${known.slice(0, 20).join(', ')}`,
  );
}

function traceFolders(): readonly string[] {
  if (!existsSync(tracesRoot())) return [];
  return readdirSync(tracesRoot(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
    .map(({ parentPath }) => parentPath)
    .filter((folder, index, all) => all.indexOf(folder) === index)
    .sort();
}

function showOverview(name: string, overview: TraceOverview, output: Output): void {
  const { spans, traces, slowest, dearest, failed, failures, failedCalls } = overview;
  output.result(`${name}: ${traces.toLocaleString('en')} traces, ${spans.toLocaleString('en')} steps`);
  const list = (title: string, heads: readonly TraceHead[]): void => {
    if (heads.length === 0) return;
    output.result(`\n${title}`);
    for (const head of heads) output.result(`  ${headText(head)}`);
  };
  list('Slowest', slowest);
  list('Dearest', dearest);
  list(`Failed (${failures} in all)`, failed);
  const kinds = Object.entries(failedCalls).map(([kind, count]) => `${count} ${kind}`);
  if (kinds.length > 0) output.result(`\nCalls without an answer: ${kinds.join(', ')}`);
}

function headText({ traceId, id, name, armId, status, quality, costUsd, latencyMs }: TraceHead): string {
  const parts = [
    traceId.slice(-shortId),
    seconds(latencyMs).padStart(9),
    (costUsd === null ? '' : dollars(costUsd)).padStart(10),
    status.padEnd(9),
    quality === null ? '         ' : `quality ${quality.toFixed(2)}`.padEnd(12),
    id === '' ? name : id,
    armId ?? '',
  ];
  return parts.join('  ').trimEnd();
}

const shownFirst = ['armId', 'strategyConfidence', 'model', 'prompt', 'status', 'quality', 'costUsd', 'latencyMs', 'inputTokens', 'outputTokens'];

function spanText({ name, attributes, results, error, durationMs }: SpanRecord): string {
  const values = { ...attributes, ...results };
  const words = shownFirst.flatMap((key) => {
    const value = values[key];
    if (value === undefined || value === null) return [];
    if (key === 'costUsd') return [dollars(Number(value))];
    if (key === 'latencyMs') return [seconds(Number(value))];
    if (typeof value === 'number') return [`${key} ${Number(value.toPrecision(4))}`];
    return [String(value)];
  });
  const known = values['latencyMs'] === undefined ? [`${durationMs.toFixed(2)} ms`] : [];
  const failure = error === undefined ? [] : [`FAILED: ${error.kind}${error.message === undefined ? '' : `, ${error.message}`}`];
  return [name, ...words, ...known, ...failure].join('  ');
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function dollars(usd: number): string {
  return `$${Number(usd.toPrecision(3))}`;
}
