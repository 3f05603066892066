import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { threadChecks } from '../src/thread-checks.ts';

const result = { score: 0.5, reasons: ['half'] };

describe('checks of the threads of a run', () => {
  it('reach those who score with the same scenario, and nobody else', async () => {
    const [one, other, stranger] = [threadChecks('a'), threadChecks('a'), threadChecks('b')];
    one.put('key', result);
    for (let turn = 0; turn < 500 && other.get('key') === undefined; turn++) await wait(2);
    expect(other.get('key')).toEqual(result);
    expect(stranger.get('key')).toBeUndefined();
    expect(other.get('another')).toBeUndefined();
  });
});
