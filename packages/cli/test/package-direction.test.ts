import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from './ratchet.ts';

/** Whom a package may import; docs/architecture.md has the reasons. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  learning: ['core'],
  providers: ['core'],
  observability: ['core'],
  store: ['core'],
  harness: ['core', 'learning'],
  service: ['core', 'learning', 'harness'],
  dashboard: ['harness', 'service'],
  cli: ['core', 'learning', 'harness', 'providers', 'observability', 'store', 'service', 'dashboard'],
};

/** Faces of a package beside its index, which its package.json names. */
const faces = ['@ratchet/harness/figures', '@ratchet/harness/measures'];

const folder = join(projectRoot, 'packages');
const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json')));

interface Import {
  readonly file: string;
  readonly from: string;
  /** Of types alone: nothing of it is there when the code runs. */
  readonly isType: boolean;
}

function importsOf(name: string): readonly Import[] {
  const source = join(folder, name, 'src');
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?[tj]sx?$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(source, file), 'utf8');
      // Whole words at the beginning of a statement, or a call of import.
      const found = [
        ...text.matchAll(/^\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]/gm),
        ...text.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm),
        ...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g),
      ];
      return found.map(([statement, from = '']) => ({ file: join(source, file), from, isType: /^\s*(?:import|export)\s+type\b/.test(statement) }));
    });
}

/** The package of the workspace that is imported, if it is one. */
const workspaceName = (from: string): string | undefined => /^@ratchet\/([^/]+)/.exec(from)?.[1];

describe('the direction of packages', () => {
  it('is stated for every package', () => {
    expect(names).toEqual(expect.arrayContaining(['core', 'learning', 'providers', 'observability', 'harness', 'cli']));
    expect(names.filter((name) => !(name in allowed))).toEqual([]);
    // So that what follows has something to look at.
    expect(names.flatMap(importsOf).length).toBeGreaterThan(300);
  });

  describe.each(names)('%s', (name) => {
    const {
      name: ownName,
      dependencies = {},
      peerDependencies = {},
      devDependencies = {},
    } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'));
    const declared = Object.keys({ ...dependencies, ...peerDependencies }).flatMap((dependency) => workspaceName(dependency) ?? []);
    const declaredForTypes = [...declared, ...Object.keys(devDependencies).flatMap((dependency) => workspaceName(dependency) ?? [])];
    const imports = importsOf(name);

    it('depends on those below it only', () => {
      expect(ownName).toBe(`@ratchet/${name}`);
      expect(declared.filter((dependency) => !allowed[name]?.includes(dependency))).toEqual([]);
    });

    it('imports those below it only, which its package.json names', () => {
      const wrong = imports.filter(({ from, isType }) => {
        const imported = workspaceName(from);
        return imported !== undefined && !(allowed[name]?.includes(imported) && (isType ? declaredForTypes : declared).includes(imported));
      });
      expect(wrong).toEqual([]);
    });

    it('imports a face of another package, never a file within', () => {
      expect(imports.filter(({ from }) => /^@ratchet\/[^/]+\//.test(from) && !faces.includes(from))).toEqual([]);
    });

    it('imports neither its own name nor its own index', () => {
      expect(imports.filter(({ from }) => workspaceName(from) === name)).toEqual([]);
      expect(imports.filter(({ from, file }) => from.startsWith('.') && resolve(dirname(file), from) === join(folder, name, 'src', 'index.ts'))).toEqual([]);
    });

    it('leaves its own folder by no path', () => {
      expect(imports.filter(({ from, file }) => from.startsWith('.') && relative(join(folder, name), resolve(dirname(file), from)).startsWith('..'))).toEqual(
        [],
      );
    });
  });

  it('keeps what the page runs to its own code and the faces for pages: of the service it knows types, and HTTP', () => {
    const ran = importsOf('dashboard').filter(({ from, isType }) => workspaceName(from) !== undefined && !isType);
    expect(ran.filter(({ from }) => !faces.includes(from))).toEqual([]);
    expect(ran.length).toBeGreaterThan(0);
  });
});
