/** Limits of providers in PostgreSQL: a bucket for each that a minute fills (token bucket), by the server's clock, which all workers have in common. */
import type { RateLimits, SharedRate } from '@ratchet/core';
import type { JobsDatabase } from './jobs-database.ts';

/**
 * What is not there is taken in advance, and waited for by who took it: turns are in the order of asking, and nobody has to ask twice. A
 * limit that is not known is never short.
 */
export function sharedRate(database: JobsDatabase, key: string, { requestsPerMinute, tokensPerMinute }: RateLimits): SharedRate {
  const requests = requestsPerMinute ?? null;
  const tokens = tokensPerMinute ?? null;
  return {
    take: async (amount) => {
      // More than a minute's waits for a full bucket.
      const wanted = tokens === null ? 0 : Math.min(amount, tokens);
      const [row] = await database.quickly(
        `INSERT INTO rates AS r (key, requests, tokens, at) VALUES ($1, coalesce($2::float8, 0) - 1, coalesce($3::float8, 0) - $4, clock_timestamp())
         ON CONFLICT (key) DO UPDATE SET
           requests = least(coalesce($2::float8, 0), r.requests + coalesce($2::float8, 0) / 60 * extract(epoch FROM clock_timestamp() - r.at)) - 1,
           tokens = least(coalesce($3::float8, 0), r.tokens + coalesce($3::float8, 0) / 60 * extract(epoch FROM clock_timestamp() - r.at)) - $4,
           at = clock_timestamp()
         RETURNING requests, tokens, 1000 * extract(epoch FROM paused_until - clock_timestamp())::float8 AS paused_ms`,
        [key, requests, tokens, wanted],
      );
      const wait = (left: unknown, perMinute: number | null): number => (perMinute === null ? 0 : (-(left as number) * 60_000) / perMinute);
      return Math.max(0, wait(row?.['requests'], requests), wait(row?.['tokens'], tokens), (row?.['paused_ms'] as number | null) ?? 0);
    },
    giveBack: async (amount) => {
      if (tokens !== null && amount !== 0) await database.quickly('UPDATE rates SET tokens = tokens + $2 WHERE key = $1', [key, amount]);
    },
    pause: async (ms) => {
      await database.quickly(
        `INSERT INTO rates AS r (key, requests, tokens, at, paused_until)
         VALUES ($1, coalesce($2::float8, 0), coalesce($3::float8, 0), clock_timestamp(), clock_timestamp() + $4 * interval '1 millisecond')
         ON CONFLICT (key) DO UPDATE SET paused_until = greatest(r.paused_until, excluded.paused_until)`,
        [key, requests, tokens, ms],
      );
    },
  };
}
