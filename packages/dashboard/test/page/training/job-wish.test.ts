import { describe, expect, it } from 'vitest';
import { wishOf } from '../../../src/page/training/job-wish.ts';

describe('what a form asks for', () => {
  it('is training on so many tasks', () => {
    expect(wishOf({ kind: 'train', tasks: '60' })).toEqual({ kind: 'wish', wish: { kind: 'train', tasks: 60 } });
  });

  it('is an experiment with what was filled in, and nothing else', () => {
    expect(wishOf({ kind: 'experiment', name: 'code-gen', limit: '6', seeds: '', budgetUsd: '0.5', generations: ' ' })).toEqual({
      kind: 'wish',
      wish: { kind: 'experiment', name: 'code-gen', limit: 6, budgetUsd: 0.5 },
    });
  });

  it.each([
    [{ kind: 'train', tasks: '' }, 'Tasks'],
    [{ kind: 'train', tasks: '1.5' }, 'Tasks'],
    [{ kind: 'experiment', name: '' }, 'Choose'],
    [{ kind: 'experiment', name: 'code-gen', seeds: '0.5' }, 'seeds'],
    [{ kind: 'experiment', name: 'code-gen', budgetUsd: '-1' }, 'budgetUsd'],
  ])('is refused for %j', (fields, word) => {
    const end = wishOf(fields as unknown as Record<string, string>);
    expect(end).toMatchObject({ kind: 'faulty', why: expect.stringContaining(word) });
  });
});
