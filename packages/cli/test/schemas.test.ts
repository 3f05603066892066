import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonSchemas } from '../src/commands/schemas.ts';
import { filesOf, newFolder, newPlace, projectRoot } from './ratchet.ts';

describe('the JSON Schemas that are committed', () => {
  const committed = join(projectRoot, 'schemas');

  it('are those of the program; else run `pnpm schemas`', () => {
    const schemas = jsonSchemas();
    expect(Object.keys(schemas).sort()).toEqual([
      'answers.schema.json',
      'experiment.schema.json',
      'faults.schema.json',
      'logged-outcome.schema.json',
      'models.schema.json',
      'scenario.schema.json',
      'tasks.schema.json',
    ]);
    expect(readdirSync(committed).sort()).toEqual(Object.keys(schemas).sort());
    for (const [name, content] of Object.entries(schemas)) expect(readFileSync(join(committed, name), 'utf8'), name).toBe(content);
  });

  it('let every key be left out that has a default, and none be added', () => {
    const { required, additionalProperties } = JSON.parse(jsonSchemas()['scenario.schema.json'] ?? '');
    expect(required).toEqual(['name', 'title', 'description', 'scorer', 'utility']);
    expect(additionalProperties).toBe(false);
  });
});

describe('ratchet schemas', () => {
  it('writes them where it is told, from where one stands', async () => {
    const cwd = newFolder();
    const { code, stdout } = await newPlace().run(['schemas', '--out', 'a/b'], { cwd });
    expect([code, stdout]).toEqual([0, '']);
    expect(filesOf(join(cwd, 'a', 'b'))).toEqual(jsonSchemas());
  });
});
