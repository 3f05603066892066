import { analyze } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { requestOf } from '../../src/experiment/task-request.ts';
import type { Task } from '../../src/scenario/scenario.ts';

const task: Task = { id: 't1', family: 'secret', text: 'Add one and one.', asks: [], group: 't1', expected: 2 };

describe('the request of a task', () => {
  it('has its id and text, and neither its family nor what is expected', () => {
    expect(requestOf(task)).toEqual({ id: 't1', text: 'Add one and one.' });
    expect(requestOf(task)).not.toHaveProperty('tools');
  });

  it('has the tools that the task offers, and so has its analysis', () => {
    const tools = { names: ['add'], parameters: 2, schemaCharacters: 90 };
    expect(requestOf({ ...task, tools })).toEqual({ id: 't1', text: 'Add one and one.', tools });
    expect(analyze(requestOf({ ...task, tools })).tools).toEqual(tools);
  });
});
