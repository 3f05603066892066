/** Scores an answer part by part: finds what the answer says to each part that was asked for, and checks it. */
import { hashOf, readFences, rememberedTexts } from '@ratchet/core';
import type { BankPart, Task } from '../scenario/scenario.ts';
import { checkText } from './check-text.ts';
import { blockRegister, type CodeBlock } from './code-block.ts';
import { type CheckResult, runJavaScriptChecks, runMutationCheck } from './javascript-check.ts';
import type { JavaScriptSandbox } from './javascript-sandbox.ts';
import type { PartCheck } from './scorer-config.ts';
import type { SharedChecks } from './shared-checks.ts';

export interface PartsScorer {
  /** The mean over the parts that the task asks for. */
  score(task: Task, answer: string): Promise<CheckResult>;
}

export interface CodeRunner {
  readonly sandbox: JavaScriptSandbox;
  /** Runs before the code of an answer; may be empty. */
  readonly prelude: string;
  readonly shared?: SharedChecks;
}

/** Execution is deterministic, so equal code is executed once and its score kept. */
export function partsScorer(parts: ReadonlyMap<string, BankPart>, { sandbox, prelude, shared }: CodeRunner): PartsScorer {
  const kept = new Map<string, Promise<CheckResult>>();
  const once = (key: string, compute: () => Promise<CheckResult>): Promise<CheckResult> => {
    let result = kept.get(key);
    if (result === undefined) {
      result = compute();
      if (kept.size >= keptScores) kept.clear();
      kept.set(key, result);
    }
    return result;
  };
  const knownBlock = blockRegister();
  const wantedOf = new Map([...parts.values()].map((part) => [part.id, [part, ...prerequisitesOf(part, parts)]]));
  const checkCode = (part: BankPart, check: Extract<PartCheck, { kind: 'javascript' | 'mutation' }>, blocks: readonly CodeBlock[]): Promise<CheckResult> => {
    const relevant = check.kind === 'mutation' ? blocks.filter((block) => block.tests(part.symbol)) : definingBlocks(blocks, wantedOf.get(part.id) ?? [part]);
    if (relevant.length === 0) return Promise.resolve({ score: 0, reasons: ['no code for it in the answer'] });
    return once(`${part.id}\0${relevant.map((block) => block.number).join(' ')}`, async () => {
      const program = { prelude, blocks: relevant.map((block) => block.code) };
      const key = shared === undefined ? '' : hashOf([part.id, ...program.blocks]);
      const found = shared?.get(key);
      if (found !== undefined) return found;
      const result = await (check.kind === 'mutation' ? runMutationCheck(sandbox, program, check) : runJavaScriptChecks(sandbox, program, check.tests));
      shared?.put(key, result);
      return result;
    });
  };
  const checkPart = async (part: BankPart, answer: string, task: Task, blocks: () => readonly CodeBlock[]): Promise<CheckResult> => {
    const { check } = part;
    if (check.kind === 'javascript' || check.kind === 'mutation') return checkCode(part, check, blocks());
    const text = sectionOf(answer, part, task, parts);
    return text === ''
      ? { score: 0, reasons: [`nothing under the heading "${part.heading ?? part.id}"`] }
      : once(`${part.id}\0${text}`, async () => checkText(text, check, task));
  };
  const scoreAnew = async (task: Task, answer: string): Promise<CheckResult> => {
    let read: readonly CodeBlock[] | undefined;
    const blocks = () => {
      read ??= codeBlocks(answer).map(knownBlock);
      return read;
    };
    const results = await Promise.all(
      task.asks.map(async ({ partId }) => ({ partId, result: await checkPart(parts.get(partId) as BankPart, answer, task, blocks) })),
    );
    return {
      score: results.reduce((sum, { result }) => sum + result.score, 0) / Math.max(1, results.length),
      reasons: results.flatMap(({ partId, result }) => result.reasons.map((reason) => `${partId}: ${reason}`)),
    };
  };
  const whole = new Map<Task, (answer: string) => Promise<CheckResult>>();
  return {
    // Equal answers to a task are not even read again.
    score: (task, answer) => {
      let known = whole.get(task);
      if (known === undefined) {
        known = rememberedTexts(keptCharacters, (one) => scoreAnew(task, one));
        whole.set(task, known);
      }
      return known(answer);
    },
  };
}

const keptScores = 100_000;
/** Of the answers to a task. */
const keptCharacters = 200_000;

/** The code of each fence; an answer without fences is code as a whole. */
function codeBlocks(answer: string): readonly string[] {
  const fenced = readFences(answer).code;
  return fenced.length > 0 ? fenced : [answer];
}

/** Blocks that define one of the symbols; of several definitions the last counts, as it would in an editor. */
function definingBlocks(blocks: readonly CodeBlock[], wanted: readonly BankPart[]): readonly CodeBlock[] {
  const found = new Set<number>();
  for (const { symbol } of wanted) {
    if (symbol === undefined) continue;
    const last = blocks.findLastIndex((block) => block.defines(symbol));
    if (last >= 0) found.add(last);
  }
  return [...found].sort((a, b) => a - b).map((index) => blocks[index] as CodeBlock);
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
