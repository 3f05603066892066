import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../../src/scenario/config-error.ts';
import { parseYaml, problemAt, readYamlFile } from '../../src/scenario/yaml-file.ts';
import { writeFolder } from './scenario-folder.ts';

const shape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('circle'), radius: z.number() }),
  z.strictObject({ kind: z.literal('box'), width: z.number(), height: z.number().optional() }),
]);
const schema = z.strictObject({ title: z.string().optional(), shapes: z.array(shape).default([]), sizes: z.record(z.string(), z.number().min(0)).default({}) });

function problemsOf(text: string): readonly string[] {
  try {
    parseYaml(text, 'file.yaml', schema);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ kind: 'invalid-config' });
    return (error as ConfigError).problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
  }
}

describe('parseYaml', () => {
  it('gives the data, with defaults', () => {
    expect(parseYaml('title: A\nshapes:\n  - { kind: box, width: 2 }\n', 'file.yaml', schema)).toEqual({
      title: 'A',
      shapes: [{ kind: 'box', width: 2 }],
      sizes: {},
    });
    expect(parseYaml('', 'file.yaml', schema)).toEqual({ shapes: [], sizes: {} });
  });

  it('suggests among the keys of the alternative that was meant', () => {
    expect(problemsOf('shapes:\n  - kind: circle\n    radius: 1\n    radios: 2\n')).toEqual([
      'file.yaml:4:5: unknown key "radios" (at shapes.0). Did you mean "radius"? Known keys: kind, radius',
    ]);
    expect(problemsOf('shapes: [{ kind: box, width: 1, hight: 2 }]')).toEqual([
      'file.yaml:1:33: unknown key "hight" (at shapes.0). Did you mean "height"? Known keys: kind, width, height',
    ]);
  });

  it('suggests nothing where nothing is near', () => {
    expect(problemsOf('zzzzzzzzz: 1')).toEqual(['file.yaml:1:1: unknown key "zzzzzzzzz". Known keys: title, shapes, sizes']);
  });

  it('says that a key is missing, and where', () => {
    expect(problemsOf('shapes:\n  - kind: circle\n')).toEqual(['file.yaml:2:5: the key "radius" is missing (at shapes.0)']);
  });

  it('finds a value of a mapping whose keys are free', () => {
    expect(problemsOf('sizes:\n  small: 1\n  large: -1\n')).toEqual(['file.yaml:3:10: Too small: expected number to be >=0 (at sizes.large)']);
  });

  it('names every unknown key, each at its own place', () => {
    const name = fc.stringMatching(/^[a-z]{3,8}$/).filter((key) => !['title', 'shapes', 'sizes', 'null', 'true', 'false', 'yes', 'off'].includes(key));
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), fc.nat(3), (keys, blankLines) => {
        const text = `title: x\n${'\n'.repeat(blankLines)}${keys.map((key) => `${key}: 1\n`).join('')}`;
        expect(problemsOf(text).map((problem) => problem.split('.').slice(0, 2).join('.'))).toEqual(
          keys.map((key, index) => `file.yaml:${2 + blankLines + index}:1: unknown key "${key}"`),
        );
      }),
    );
  });

  it('never throws anything but its own error, whatever stands in the file', () => {
    const pieces = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '*',
      '&',
      '!',
      '|',
      '>',
      '"',
      "'",
      '#',
      '%',
      '@',
      '?',
      '---',
      'title',
      'shapes',
      'kind',
      '<<',
      '\t',
      'é',
      ',',
    );
    fc.assert(
      fc.property(fc.string({ unit: pieces, maxLength: 30 }), (text) => void problemsOf(text)),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.jsonValue(), (value) => void problemsOf(stringify(value))));
  });

  it('refuses aliases that would fill the memory', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `k${level}: &a${level} [${Array.from({ length: 9 }, () => (level === 0 ? 'x' : `*a${level - 1}`)).join(',')}]`,
    );
    expect(problemsOf(levels.join('\n')).join()).toContain('not valid YAML: Excessive alias count');
  });
});

describe('readYamlFile', () => {
  it('says that there is no such file, or that it cannot be read', () => {
    const directory = writeFolder({ 'a.yaml': 'title: x' });
    expect(() => readYamlFile(join(directory, 'b.yaml'), schema)).toThrow(`${join(directory, 'b.yaml')}: there is no such file`);
    expect(() => readYamlFile(directory, schema)).toThrow(`${directory}: the file cannot be read: `);
  });
});

describe('problemAt', () => {
  it('has the place of a value, or of the nearest one around it', () => {
    const directory = writeFolder({ 'a.yaml': 'title: x\nshapes:\n  - kind: box\n    width: 2\n' });
    const file = join(directory, 'a.yaml');
    expect(problemAt(file, ['shapes', 0, 'width'], 'too wide')).toEqual({ file, line: 4, column: 12, message: 'too wide' });
    expect(problemAt(file, ['shapes', 0, 'height'], 'absent')).toMatchObject({ line: 3, column: 5 });
    expect(problemAt(file, ['nothing'], 'absent')).toMatchObject({ line: 1, column: 1 });
  });
});
