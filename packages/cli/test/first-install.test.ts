import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from './ratchet.ts';

const readProject = (name: string) => readFileSync(join(projectRoot, name), 'utf8');
const { optionalDependencies = {} } = JSON.parse(readProject('package.json')) as { optionalDependencies?: Readonly<Record<string, string>> };
const builds = Object.entries(optionalDependencies).filter(([name]) => name.startsWith('node-'));

describe('a first install', () => {
  it('has one version of Node to load, for some systems', () => {
    expect(builds.length).toBeGreaterThan(1);
    expect(new Set(builds.map(([, version]) => version)).size).toBe(1);
  });

  it.each(builds)('loads %s on its own system only: the lockfile says which it is, where pnpm leaves that out', (name, version) => {
    const entry = new RegExp(`^  ${name}@${version}:\\n(?:    .+\\n)+`, 'm').exec(readProject('pnpm-lock.yaml'))?.[0];
    const [, system, cpu] = name.split('-');
    expect(entry).toContain(`    cpu: [${cpu}]\n`);
    expect(entry).toContain(`    os: [${system === 'win' ? 'win32' : system}]\n`);
  });
});
