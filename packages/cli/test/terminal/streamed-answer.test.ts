import { ModelError } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import type { Output } from '../../src/terminal/output.ts';
import { progressText, streamedAnswer, unansweredText } from '../../src/terminal/streamed-answer.ts';

function written() {
  const streams = { stdout: '', stderr: '' };
  const output = {
    piece: (text: string) => {
      streams.stdout += text;
    },
    error: (text: string) => {
      streams.stderr += `${text}\n`;
    },
  } as Output;
  return { streams, streamed: streamedAnswer(output) };
}

describe('a streamed answer', () => {
  it('is written piece by piece, and ends its last line once', () => {
    const { streams, streamed } = written();
    streamed.onDelta({ kind: 'text', text: 'one ' });
    expect(streams.stdout).toBe('one ');
    streamed.onDelta({ kind: 'text', text: 'two' });
    streamed.onDelta({ kind: 'text', text: '' });
    streamed.end();
    streamed.end();
    expect(streams).toEqual({ stdout: 'one two\n', stderr: '' });
  });

  it('leaves nothing where nothing came, and adds no line to one that has ended', () => {
    const { streams, streamed } = written();
    streamed.end();
    streamed.onDelta({ kind: 'withdrawn' });
    expect(streams).toEqual({ stdout: '', stderr: '' });
    streamed.onDelta({ kind: 'text', text: 'line\n' });
    streamed.end();
    expect(streams.stdout).toBe('line\n');
  });

  it('says on stderr that what was shown does not count when it is withdrawn', () => {
    const { streams, streamed } = written();
    streamed.onDelta({ kind: 'text', text: 'half' });
    streamed.onDelta({ kind: 'withdrawn' });
    streamed.onDelta({ kind: 'text', text: 'whole' });
    streamed.end();
    expect(streams.stdout).toBe('half\nwhole\n');
    expect(streams.stderr).toContain('begins anew');
  });
});

it('progress is told in steps that count from 1', () => {
  const step = { kind: 'step', step: 0, of: 3, title: 'Write a poem.' } as const;
  expect(progressText({ ...step, status: 'begun' })).toBe('step 1 of 3: Write a poem.');
  expect(progressText({ ...step, status: 'blocked' })).toBe('step 1 of 3: blocked');
  expect(progressText({ kind: 'round', what: 'debate', round: 0, atMost: 2 })).toBe('first answers');
  expect(progressText({ kind: 'round', what: 'cycle', round: 2, atMost: 5 })).toBe('improving, round 2 of at most 5');
  expect(progressText({ kind: 'decision' })).toBe('no agreement: deciding');
});

it('what has no answer is named with its reason', () => {
  expect(
    unansweredText([
      { kind: 'failed', chunks: [1], error: new ModelError('timeout', 'm', 'm gave no answer within 5 ms') },
      { kind: 'blocked', chunks: [2, 3], by: [1] },
      { kind: 'cancelled', chunks: [4] },
    ]),
  ).toBe('not answered: step 2 (m gave no answer within 5 ms)\nnot answered: steps 3, 4 (needs step 2)\nnot answered: step 5 (was not begun)');
});
