/** Turns an answer to a HumanEval-like task into a program that checks it (Chen et al. 2021, arXiv:2107.03374). */
import { dedent } from './dedent.ts';

export interface PythonTask {
  /** Imports and helpers, then the signature and docstring of the function to write. */
  readonly prompt: string;
  /** The name of that function. */
  readonly entryPoint: string;
  /** Defines `check(candidate)`, which raises an error for a wrong candidate. */
  readonly test: string;
}

/** The program, which runs the line `atEnd` once all checks have passed; undefined for an answer without code. */
export function pythonProgram(answer: string, task: PythonTask, atEnd: string): string | undefined {
  const code = pythonCode(answer.replace(/\r\n?/g, '\n'), task.entryPoint);
  if (code.trim() === '') return undefined;
  const solution = definesName(code, task.entryPoint)
    ? `${beforeFunction(task)}\n${importsOfReplaced(code, task.entryPoint)}\n${code}`
    : `${task.prompt.trimEnd()}\n${asBody(code, bodyIndent(task.prompt))}`;
  // These imports are only allowed at the top of a file.
  const future = solution.match(futureImport) ?? [];
  return [...future, solution.replace(futureImport, ''), task.test, `check(${task.entryPoint})`, atEnd, ''].join('\n');
}

const futureImport = /^from __future__ import .+$/gm;

/** The code of the answer: its fenced Python up to the last block that defines the name, or the text itself. */
export function pythonCode(answer: string, name: string): string {
  const blocks = [...answer.matchAll(fence)]
    .filter(([, , language]) => /^(?:|py|python\d?)$/i.test(language as string))
    .map(([, , , body]) => dedentDefinition(body as string, name));
  if (blocks.length === 0) return dedentDefinition(withoutIntroduction(answer), name);
  const last = blocks.findLastIndex((block) => definesName(block, name));
  if (last < 0) return blocks[0] as string;
  return blocks.filter((block, index) => index === last || (index < last && hasDefinition.test(block))).join('\n');
}

// A fence that is never closed, as in an answer that was cut off, goes on to the end.
const fence = /^[ \t]*(```+|~~~+)[ \t]*([\w+-]*)[^\n]*\n([\s\S]*?)(?:^[ \t]*\1[ \t]*$|(?![\s\S]))/gm;
const hasDefinition = /^(?:async +def|def|class|import|from)\b/m;

function definesName(code: string, name: string): boolean {
  return new RegExp(`^(?:(?:async +def|def|class) +${name}\\b|${name} *(?::[^=\\n]*)?=(?!=))`, 'm').test(code);
}

/** A function that stands in a list is indented as a whole; a body keeps its indentation. */
function dedentDefinition(code: string, name: string): string {
  const dedented = dedent(code);
  return definesName(dedented, name) ? dedented : code;
}

/** Without the sentences before the code of an answer that has no fence. */
function withoutIntroduction(answer: string): string {
  const start = /^(?:async +def|def|class|import|from|@)\b/m.exec(answer)?.index;
  const isProse = /^\s*\p{Lu}[\p{L}'’]*(?:[,!.:]|[ \t]+[\p{L}`"'])/u.test(answer);
  return isProse && start !== undefined ? answer.slice(start) : answer;
}

/** What stands before the function in the prompt. */
function beforeFunction({ prompt, entryPoint }: PythonTask): string {
  const start = new RegExp(`^(?:@.*\\n)*(?:async +)?def +${entryPoint}\\b`, 'm').exec(prompt)?.index;
  return start === undefined ? '' : prompt.slice(0, start);
}

/** The imports in definitions of the function that a later one replaces: an answer may begin with the prompt, import, and then define it anew. */
function importsOfReplaced(code: string, name: string): string {
  const definitions = [...code.matchAll(new RegExp(`^(?:async +)?def +${name}\\b`, 'gm'))];
  const replaced = code.slice(definitions[0]?.index ?? 0, definitions.at(-1)?.index ?? 0);
  return [...replaced.matchAll(/^[ \t]+((?:import|from) [\w., *]+)$/gm)].map(([, line]) => line).join('\n');
}

function bodyIndent(prompt: string): string {
  return /^([ \t]+)\S/m.exec(prompt.slice(prompt.lastIndexOf('\ndef ') + 1))?.[1] ?? '    ';
}

/** The lines of a body with the indentation that the function wants; what follows at the margin, such as a helper, stays there. */
function asBody(code: string, indent: string): string {
  const lines = withFirstLineAligned(code.replace(/^(?:[ \t]*\n)+/, '').split('\n'));
  const indented = /^[ \t]/.test(lines[0] as string);
  const end = indented ? lines.findIndex((line) => /^\S/.test(line)) : -1;
  const body = lines.slice(0, end < 0 ? lines.length : end);
  const rest = end < 0 ? [] : lines.slice(end);
  return [
    ...dedent(body.join('\n'))
      .split('\n')
      .map((line) => (line === '' ? '' : indent + line)),
    ...rest,
  ].join('\n');
}

/** An answer that was trimmed as a whole has lost the indentation of its first line. */
function withFirstLineAligned([first, ...rest]: readonly string[]): readonly string[] {
  const indents = rest.filter((line) => line.trim() !== '').map((line) => (/^[ \t]*/.exec(line) as RegExpExecArray)[0]);
  const shortest = indents.reduce((a, b) => (b.length < a.length ? b : a), indents[0] ?? '');
  const opensBlock = /:\s*(?:#.*)?$/.test(first as string) && indents[0] === shortest;
  const isTrimmed = /^\S/.test(first as string) && shortest !== '' && !opensBlock;
  return [isTrimmed ? shortest + first : (first as string), ...rest];
}
