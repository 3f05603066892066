import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readLoggedOutcomes } from '../../src/data/logged-outcomes.ts';
import { ConfigError } from '../../src/scenario/config-error.ts';

const directory = mkdtempSync(join(tmpdir(), 'ratchet-log-'));
const file = join(directory, 'log.jsonl');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const right = { id: 'a', request: 'Add up.', arm: 'direct/small', propensity: 0.25, quality: 1, costUsd: 0.001, latencyMs: 900 };

function read(...lines: readonly unknown[]) {
  writeFileSync(file, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return readLoggedOutcomes(file);
}

function faultIn(...lines: readonly unknown[]): string {
  try {
    read(...lines);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.replaceAll(`${directory}/`, '');
  }
  throw new Error('the log was read');
}

describe('readLoggedOutcomes', () => {
  it('reads arms by id or in full, and what is not known', () => {
    const inFull = {
      ...right,
      id: 'b',
      arm: { strategy: 'batch', model: 'small' },
      propensity: undefined,
      quality: null,
      costUsd: null,
      latencyMs: null,
      tenant: 't',
      feedback: 'full',
    };
    const [first, second, ...others] = read(right, '', inFull);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      line: 1,
      id: 'a',
      request: 'Add up.',
      arm: { strategy: 'direct', model: 'small', temperature: 0.7 },
      propensity: 0.25,
      propensities: null,
    });
    expect(second).toMatchObject({ line: 3, arm: { strategy: 'batch', model: 'small', chunkSize: 500 }, quality: null, tenant: 't', feedback: 'full' });
    expect(second?.propensity).toBeUndefined();
  });

  it('takes the propensity from those of all arms, whichever way their ids are written', () => {
    const { propensity: _left, ...rest } = right;
    const [line] = read({ ...rest, propensities: { 'direct/small?temperature=0.7': 0.25, 'direct/large': 0.75 } });
    expect([line?.propensity, line?.propensities]).toEqual([
      0.25,
      new Map([
        ['direct/small', 0.25],
        ['direct/large', 0.75],
      ]),
    ]);
  });

  it("reads a provider's embedding of the requests, of one length, on every line or none", () => {
    expect(read({ ...right, embedding: [0.5, -1] })[0]?.embedding).toEqual([0.5, -1]);
    expect(faultIn({ ...right, embedding: [0.5, -1] }, { ...right, id: 'b', embedding: [1] })).toContain('log.jsonl:2');
    expect(faultIn(right, right, { ...right, id: 'b', embedding: [1] })).toContain('it has an embedding of 1 numbers, and line 1 no embedding');
    expect(faultIn({ ...right, embedding: [] })).toContain('embedding');
  });

  it('names file and line of what does not fit', () => {
    expect(faultIn(right, '{"id": ')).toMatch(/^log\.jsonl:2:1: not valid JSON/);
    expect(faultIn(right, { ...right, cost: 1 })).toMatch(/^log\.jsonl:2:1: .*"cost"/);
    expect(faultIn({ ...right, quality: 1.2 })).toMatch(/^log\.jsonl:1:1: .*\(at quality\)/);
    expect(faultIn({ ...right, quality: undefined })).toMatch(/^log\.jsonl:1:1: .*\(at quality\)/);
    expect(faultIn({ ...right, propensity: 0 })).toMatch(/^log\.jsonl:1:1: .*\(at propensity\)/);
    expect(faultIn(right, { ...right, arm: 'small' }, { ...right, arm: 'direkt/small' })).toMatch(
      /^log\.jsonl:2:1: "small" is not the id of an arm.*\nlog\.jsonl:3:1: "direkt\/small" is not/,
    );
    expect(faultIn({ ...right, propensities: { 'direct/small': 0.25 } })).toBe('log.jsonl:1:1: the propensities sum to 0.25, not to 1');
    expect(faultIn({ ...right, propensities: { 'direct/large': 1 } })).toBe(
      'log.jsonl:1:1: `propensities` gives the arm direct/small, which was chosen, no probability',
    );
    expect(faultIn({ ...right, propensities: { 'direct/small': 0.5, 'direct/large': 0.5 } })).toBe(
      'log.jsonl:1:1: the propensity is 0.25, and 0.5 in `propensities`',
    );
  });
});
