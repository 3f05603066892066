/** Scores an answer part by part: finds what the answer says to each part that was asked for, and checks it. */
import { readFences } from '@ratchet/core';
import type { BankPart, Task } from '../scenario/scenario.ts';
import { checkText } from './check-text.ts';
import { type CheckResult, runJavaScriptChecks, runMutationCheck } from './javascript-check.ts';
import type { JavaScriptSandbox } from './javascript-sandbox.ts';
import type { PartCheck } from './scorer-config.ts';

export interface PartsScorer {
  /** The mean over the parts that the task asks for. */
  score(task: Task, answer: string): Promise<CheckResult>;
}

/** Execution is deterministic, so equal code is executed once and its score kept. */
export function partsScorer(parts: ReadonlyMap<string, BankPart>, sandbox: JavaScriptSandbox, prelude: string): PartsScorer {
  const kept = new Map<string, Promise<CheckResult>>();
  const once = (key: string, compute: () => Promise<CheckResult>): Promise<CheckResult> => {
    let result = kept.get(key);
    if (result === undefined) {
      result = compute();
      kept.set(key, result);
    }
    return result;
  };
  const checkCode = (part: BankPart, check: Extract<PartCheck, { kind: 'javascript' | 'mutation' }>, blocks: readonly string[]): Promise<CheckResult> => {
    const relevant = check.kind === 'mutation' ? testBlocks(blocks, part.symbol) : definingBlocks(blocks, [part, ...prerequisitesOf(part, parts)]);
    if (relevant.length === 0) return Promise.resolve({ score: 0, reasons: ['no code for it in the answer'] });
    return once(`${part.id}\0${relevant.join('\0')}`, async () =>
      check.kind === 'mutation'
        ? runMutationCheck(sandbox, { prelude, blocks: relevant }, check)
        : runJavaScriptChecks(sandbox, { prelude, blocks: relevant }, check.tests),
    );
  };
  const checkPart = async (part: BankPart, answer: string, task: Task): Promise<CheckResult> => {
    const { check } = part;
    if (check.kind === 'javascript' || check.kind === 'mutation') return checkCode(part, check, codeBlocks(answer));
    const text = sectionOf(answer, part, task, parts);
    return text === ''
      ? { score: 0, reasons: [`nothing under the heading "${part.heading ?? part.id}"`] }
      : once(`${part.id}\0${text}`, async () => checkText(text, check, task));
  };
  return {
    score: async (task, answer) => {
      const results = await Promise.all(
        task.asks.map(async ({ partId }) => ({ partId, result: await checkPart(parts.get(partId) as BankPart, answer, task) })),
      );
      return {
        score: results.reduce((sum, { result }) => sum + result.score, 0) / Math.max(1, results.length),
        reasons: results.flatMap(({ partId, result }) => result.reasons.map((reason) => `${partId}: ${reason}`)),
      };
    },
  };
}

/** The code of each fence; an answer without fences is code as a whole. */
function codeBlocks(answer: string): readonly string[] {
  const fenced = readFences(answer).code;
  return fenced.length > 0 ? fenced : [answer];
}

/** Blocks that define one of the symbols; of several definitions the last counts, as it would in an editor. */
function definingBlocks(blocks: readonly string[], wanted: readonly BankPart[]): readonly string[] {
  const found = new Set<number>();
  for (const { symbol } of wanted) {
    if (symbol === undefined) continue;
    const defines = new RegExp(`(?:function\\s*\\*?|class|const|let|var)\\s+${symbol.replace(/\$/g, '\\$')}(?![\\w$])`);
    const last = blocks.findLastIndex((block) => defines.test(block));
    if (last >= 0) found.add(last);
  }
  return [...found].sort((a, b) => a - b).map((index) => blocks[index] as string);
}

function testBlocks(blocks: readonly string[], symbol: string | undefined): readonly string[] {
  return blocks.filter((block) => /(?<![\w$.])(?:test|it)\s*\(/.test(block) && (symbol === undefined || block.includes(symbol)));
}

function prerequisitesOf(part: BankPart, parts: ReadonlyMap<string, BankPart>): readonly BankPart[] {
  const found = new Map<string, BankPart>();
  const visit = (one: BankPart): void => {
    for (const need of one.needs) {
      const other = parts.get(need);
      if (other === undefined || found.has(need)) continue;
      found.set(need, other);
      visit(other);
    }
  };
  visit(part);
  return [...found.values()];
}

/** From the part's heading to the next heading of a part; the whole answer when the task asks for one part only. */
function sectionOf(answer: string, part: BankPart, task: Task, parts: ReadonlyMap<string, BankPart>): string {
  const headings = task.asks.flatMap(({ partId }) => parts.get(partId)?.heading?.toLowerCase() ?? []);
  const lines = answer.split('\n');
  const headingAt = lines.map((line) =>
    /^\s*#{1,6}\s+(.+?)\s*#*\s*$/
      .exec(line)?.[1]
      ?.replace(/[*_`:]/g, '')
      .trim()
      .toLowerCase(),
  );
  const start = part.heading === undefined ? -1 : headingAt.indexOf(part.heading.toLowerCase());
  if (start < 0) return headings.length <= 1 ? answer : '';
  const next = headingAt.findIndex((heading, index) => index > start && heading !== undefined && headings.includes(heading));
  return lines.slice(start, next < 0 ? lines.length : next).join('\n');
}
