import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readYamlFile } from '@ratchet/harness';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../../src/suite/project-root.ts';

const folder = join(projectRoot, '.github/workflows');
const workflowSchema = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), z.looseObject({ steps: z.array(z.looseObject({ run: z.string().optional(), uses: z.string().optional() })) })),
});
const project = z
  .object({ scripts: z.record(z.string(), z.string()), devEngines: z.object({ packageManager: z.object({ version: z.string() }) }) })
  .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')));

describe.each(readdirSync(folder))('the workflow %s', (name) => {
  const { jobs } = readYamlFile(join(folder, name), workflowSchema);

  test('runs scripts that there are, with the pnpm of the project', () => {
    const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    expect(commands.length).toBeGreaterThan(0);
    for (const [, version, script] of commands.join('\n').matchAll(/pnpm@([\d.]+)(?: --silent)? (\S+)/g)) {
      expect(version).toBe(project.devEngines.packageManager.version);
      expect(Object.keys(project.scripts)).toContain(script);
    }
  });
});
