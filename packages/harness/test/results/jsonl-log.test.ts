import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openJsonlLog } from '../../src/results/jsonl-log.ts';
import { ConfigError } from '../../src/scenario/config-error.ts';
import { writeFolder } from '../scenario/scenario-folder.ts';

const schema = z.strictObject({ id: z.string(), text: z.string() });
type Line = z.infer<typeof schema>;
const anyLines: fc.Arbitrary<readonly Line[]> = fc.uniqueArray(fc.record({ id: fc.string({ minLength: 1 }), text: fc.string({ unit: 'grapheme' }) }), {
  selector: ({ id }) => id,
  minLength: 1,
  maxLength: 12,
});
const newFile = (content?: string): string => join(writeFolder(content === undefined ? {} : { 'log.jsonl': content }), 'log.jsonl');

/** Writes the lines, and leaves the file. */
function write(file: string, lines: readonly Line[]): void {
  const log = openJsonlLog(file, schema);
  for (const line of lines) log.append(line);
  log.close();
}

function read(file: string): readonly Line[] {
  const log = openJsonlLog(file, schema);
  log.close();
  return [...log.all()];
}

describe('a log of JSON lines', () => {
  it('gives back what was appended, in order, after any number of openings', () => {
    fc.assert(
      fc.property(anyLines, fc.nat(12), (lines, cut) => {
        const file = newFile();
        write(file, lines.slice(0, cut));
        write(file, lines.slice(cut));
        expect(read(file)).toEqual(lines);
        expect(readFileSync(file, 'utf8')).toBe(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      }),
    );
  });

  it('drops the line that a crash cut off, at whatever byte, and goes on after the last whole one', () => {
    fc.assert(
      fc.property(anyLines, fc.nat(2000), (lines, kept) => {
        const file = newFile();
        write(file, lines);
        const bytes = readFileSync(file);
        const size = kept % bytes.length;
        truncateSync(file, size);
        const whole = bytes.subarray(0, size).toString('latin1').split('\n').length - 1;
        expect(read(file)).toEqual(lines.slice(0, whole));
        write(file, lines.slice(whole));
        expect(readFileSync(file)).toEqual(bytes);
      }),
    );
  });

  it('is written when append returns', () => {
    const file = newFile();
    const log = openJsonlLog(file, schema);
    log.append({ id: 'a', text: 'x' });
    expect(readFileSync(file, 'utf8')).toBe('{"id":"a","text":"x"}\n');
    expect([log.get('a'), log.get('b'), log.size]).toEqual([{ id: 'a', text: 'x' }, undefined, 1]);
    log.close();
    log.close();
  });

  it('writes many records as it would one by one', () => {
    const records = Array.from({ length: 2_500 }, (_, number) => ({ id: `${number}`, text: 'x' }));
    const [together, apart] = [newFile(), newFile()];
    const log = openJsonlLog(together, schema);
    log.appendAll(records);
    log.append({ id: 'last', text: 'x' });
    expect([log.size, log.get('2499')]).toEqual([2_501, records.at(-1)]);
    write(apart, [...records, { id: 'last', text: 'x' }]);
    expect(readFileSync(together)).toEqual(readFileSync(apart));
    expect(() =>
      log.appendAll([
        { id: 'new', text: 'y' },
        { id: 'new', text: 'z' },
      ]),
    ).toThrow(new RangeError('a second outcome with the id new'));
    expect(log.get('new')).toBeUndefined();
    log.close();
  });

  it('refuses a second record of an id, also of one that stood there before', () => {
    const file = newFile();
    write(file, [{ id: 'a', text: 'x' }]);
    const log = openJsonlLog(file, schema);
    expect(() => log.append({ id: 'a', text: 'y' })).toThrow(new RangeError('a second outcome with the id a'));
    log.append({ id: 'b', text: 'y' });
    expect(() => log.append({ id: 'b', text: 'z' })).toThrow(RangeError);
    log.close();
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(3);
  });

  it.each([
    ['no JSON', 'what is this?'],
    ['a record of another kind', '{"id":"b","words":"x"}'],
    ['a record with more', '{"id":"b","text":"x","more":1}'],
    ['a record that was cut off, and went on', '{"id":"b","te{"id":"c","text":"x"}'],
  ])('refuses a foreign line with its number and leaves the file as it is: %s', (_what, line) => {
    for (const end of ['\n', '\n{"id":"c","te']) {
      const content = `{"id":"a","text":"x"}\n${line}${end}`;
      const file = newFile(content);
      let thrown: unknown;
      try {
        openJsonlLog(file, schema);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(ConfigError);
      expect((thrown as ConfigError).message).toMatch(
        new RegExp(`^${file}:2:1: not a record of this version: .*\\. Start anew with --fresh, or restore the file$`),
      );
      expect(readFileSync(file, 'utf8')).toBe(content);
    }
  });

  it('counts empty lines when it numbers a foreign one', () => {
    const file = newFile('{"id":"a","text":"x"}\n\n');
    appendFileSync(file, 'foreign\n');
    expect(() => openJsonlLog(file, schema)).toThrow(`${file}:3:1: `);
  });
});
