/** `GET /api/me`: who asks, and what this service is about. */
import type { KeyScope } from '@ratchet/core';
import { z } from 'zod';
import { type Route, route } from './route.ts';

export const meSchema = z.object({
  key: z.string().describe('The id of the key that asks'),
  scopes: z.array(z.enum(['infer', 'feedback', 'admin'] satisfies KeyScope[])),
  tenant: z.string(),
  scenario: z.string(),
  title: z.string(),
  objective: z.string().describe('What is learned, in words'),
  arms: z.int(),
  serving: z.int().describe('The generation that serves'),
  provider: z.enum(['simulated', 'live']),
  examples: z.array(z.string()).describe('Requests of the scenario, to begin with; for admin keys only, as they may be of other people'),
});
export type Me = z.infer<typeof meSchema>;

/** What is the same for all keys. */
export type About = Omit<Me, 'key' | 'scopes' | 'tenant'>;

export function meRoute(about: () => About): Route {
  return route({
    method: 'get',
    path: '/api/me',
    scope: 'any',
    summary: 'Who asks, and what this service is about',
    answer: meSchema,
    handle: ({ key }): Me => {
      const known = about();
      const examples = key.scopes.includes('admin') ? known.examples : [];
      return { key: key.id, scopes: [...key.scopes], tenant: key.tenant, ...known, examples };
    },
  });
}
