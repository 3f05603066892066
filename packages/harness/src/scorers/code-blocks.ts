/** Makes the code blocks of an answer runnable as scripts of one program: no module syntax, no types, no clashes. */
import { stripTypeScriptTypes } from 'node:module';
import { Script } from 'node:vm';
import { dedent } from './dedent.ts';

/** Blocks are evaluated as scripts that share their globals, so module syntax goes, and types where there are any. */
export function runnableBlock(block: string): string {
  const code = dedent(block.replace(/\r\n?/g, '\n'));
  const plain = withoutModuleSyntax(code);
  if (isJavaScript(plain)) return plain;
  try {
    const stripped = withoutModuleSyntax(withoutTypes(code));
    if (isJavaScript(stripped)) return stripped;
  } catch {
    // Neither language: the sandbox says what is wrong with it.
  }
  return plain;
}

/** True when two blocks declare the same name, as the files of a project may, but not the scripts of a page. */
export function blocksClash(blocks: readonly string[]): boolean {
  const names = blocks.flatMap((block) => [...new Set(topLevelNames(block))]);
  return new Set(names).size < names.length;
}

/** The block in a scope of its own, as in a file; others see what it declares through globals that stay up to date. */
export function inOwnScope(code: string): string {
  const names = topLevelNames(code).map(
    (name) => `if (Object.getOwnPropertyDescriptor(globalThis, '${name}')?.configurable !== false)
      Object.defineProperty(globalThis, '${name}', { configurable: true, get: () => ${name}, set: (value) => { ${name} = value; } });`,
  );
  return `(() => {\n${names.join('\n')}\n${code}\n})();`;
}

/** The block with its own declarations of these names put out of the way, so that it uses those of the others. */
export function withoutDeclarationsOf(names: readonly string[], code: string): string {
  return code.replace(declaration, (whole, before: string, name: string) =>
    names.includes(name) ? `${before}${name}__own${whole.slice(before.length + name.length)}` : whole,
  );
}

/** The names that a block declares at the start of a line, where a formatted program has its outermost declarations. */
export function topLevelNames(code: string): readonly string[] {
  const declared = [...code.matchAll(declaration)].flatMap(([, , name, more]) => [name as string, ...identifiers(more ?? '')]);
  const destructured = [...code.matchAll(destructuring)].flatMap(([, pattern]) =>
    (pattern as string).split(',').flatMap((part) => identifiers(part.replace(/=.*/s, '').replace(/.*:/s, ''))),
  );
  return [...new Set([...declared, ...destructured])];
}

const declaration = /^((?:async[ \t]+)?function[ \t]*\*?[ \t]*|class[ \t]+|(?:const|let|var)[ \t]+)([\w$]+)((?:[ \t]*,[ \t]*[\w$]+)*)/gm;
const destructuring = /^(?:const|let|var)\s*[{[]([^{}[\]]*)[}\]]\s*=/gm;

function identifiers(text: string): readonly string[] {
  return text.match(/[A-Za-z_$][\w$]*/g) ?? [];
}

/** Node announces on standard error, once, that its types stripping may change; whoever scores answers need not hear it. */
function withoutTypes(code: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(code, { mode: 'transform' });
  } finally {
    process.emitWarning = emitWarning;
  }
}

function isJavaScript(code: string): boolean {
  try {
    new Script(code);
    return true;
  } catch {
    return false;
  }
}

function withoutModuleSyntax(code: string): string {
  return code
    .replace(/^[ \t]*import\s+(?:type\s+)?(?:[^;'"()]*?\bfrom\s*)?(['"])[^'"\n]+\1[^;\n]*;?/gm, '')
    .replace(/^[ \t]*(?:const|let|var)\s+[^=;]+=\s*require\s*\([^)\n]*\)[\w.]*;?[ \t]*$/gm, '')
    .replace(/^([ \t]*)export\s+default\s+(?=(?:async\s+)?function\b|class\b)(?!(?:async\s+)?function\s*\*?\s*\(|class\s*(?:\{|extends\b))/gm, '$1')
    .replace(/^([ \t]*)export\s+(?=(?:async\s+)?function\b|class\b|const\b|let\b|var\b)/gm, '$1')
    .replace(/^[ \t]*export\s*(?:default\s+[\w$]+|\{[^}]*\}(?:\s*from\s*(['"])[^'"\n]+\1)?|\*[^;\n]*)[ \t]*;?[ \t]*$/gm, '')
    .replace(/^([ \t]*)export\s+default\s+/gm, '$1globalThis.__default = ');
}
