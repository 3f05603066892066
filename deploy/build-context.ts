/** The files that .dockerignore lets into an image. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface IgnoreRule {
  readonly pattern: RegExp;
  readonly ignored: boolean;
}

export function readIgnoreRules(text: string): readonly IgnoreRule[] {
  const patterns = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return patterns.map((line) => ({ pattern: expressionOf(line.replace(/^!/, '')), ignored: !line.startsWith('!') }));
}

/** In Docker's rules a star stands for any name, also for one that begins with a dot; two of them for any number of folders. */
function expressionOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(?:.*/)?'))}$`);
}

/** The last rule that fits the path, or a folder that it is in, decides: as Docker says. */
export function isIgnored(path: string, rules: readonly IgnoreRule[]): boolean {
  const parts = path.split('/');
  const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  return rules.findLast(({ pattern }) => prefixes.some((prefix) => pattern.test(prefix)))?.ignored ?? false;
}

/** Paths from `root`, of files. */
export function buildContext(root: string): readonly string[] {
  const rules = readIgnoreRules(readFileSync(join(root, '.dockerignore'), 'utf8'));
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        // No rule lets anything of these in again.
        if (entry.name !== 'node_modules' && entry.name !== '.git') walk(path);
      } else if (entry.isFile() && !isIgnored(path, rules)) found.push(path);
    }
  };
  walk('');
  return found;
}
