/** The request that a task makes: all that an analysis, and with it a policy, may know of the task. */
import type { Request } from '@ratchet/core';
import type { Task } from '../scenario/scenario.ts';

export function requestOf({ id, text, tools }: Task): Request {
  return { id, text, ...(tools === undefined ? {} : { tools }) };
}
