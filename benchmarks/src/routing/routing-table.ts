/** A recorded table of outcomes as the routing bench uses it: analysed queries, arms, and every arm's outcome on each. */
import { createHash } from 'node:crypto';
import { type Analysis, type Arm, analyze, armSchema } from '@ratchet/core';
import { readOutcomeTable } from '@ratchet/harness';
import type { Outcome } from '@ratchet/learning';

export interface RoutingTable {
  readonly queries: readonly { readonly id: string; readonly analysis: Analysis }[];
  readonly arms: readonly Arm[];
  readonly models: readonly string[];
  /** By query, then arm. */
  readonly outcomes: readonly (readonly Outcome[])[];
  /** By query, then model; 0 where it is not recorded. */
  readonly outputTokens?: readonly (readonly number[])[];
}

const unknown: Outcome = { quality: null, costUsd: null, latencyMs: null };

/** All of the folder's models, or those of the pool; throws where one is not there. */
export function routingTable(directory: string, pool?: readonly string[]): RoutingTable {
  const table = readOutcomeTable(directory);
  const models = pool ?? table.models;
  const missing = models.filter((model) => !table.models.includes(model));
  if (missing.length > 0) throw new Error(`${directory} has no outcomes of ${missing.join(', ')}`);
  return {
    queries: table.queries.map(({ id, text, tools }) => ({ id, analysis: analyze({ id, text, ...(tools === undefined ? {} : { tools }) }) })),
    arms: models.map((model) => armSchema.parse({ strategy: 'direct', model })),
    models,
    outcomes: table.queries.map(({ id }) => models.map((model) => table.outcome(id, model) ?? unknown)),
    outputTokens: table.queries.map(({ id }) => models.map((model) => table.outcome(id, model)?.outputTokens ?? 0)),
  };
}

export function outcomeOf({ outcomes }: RoutingTable, query: number, arm: number): Outcome {
  return (outcomes[query] as readonly Outcome[])[arm] as Outcome;
}

/** Train and held-out by the hash of the prompt with the seed; equal prompts stay together. */
export function splitQueries(
  { queries }: RoutingTable,
  seed: number,
  trainShare: number,
): { readonly train: readonly number[]; readonly heldout: readonly number[] } {
  const train: number[] = [];
  const heldout: number[] = [];
  queries.forEach(({ id, analysis }, index) => {
    // A table may not publish its prompts.
    const key = analysis.text === '' ? id : analysis.text;
    const share = createHash('sha256').update(`${seed}:${key}`).digest().readUInt32BE(0) / 2 ** 32;
    (share < trainShare ? train : heldout).push(index);
  });
  return { train, heldout };
}
