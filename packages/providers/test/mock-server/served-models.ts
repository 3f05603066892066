/** Mock servers over the small example world, and the real SDKs as their clients. */
import Anthropic from '@anthropic-ai/sdk';
import { type Clock, seededRandom, systemClock } from '@ratchet/core';
import OpenAI from 'openai';
import { afterEach } from 'vitest';
import { type FaultRule, faultFileSchema } from '../../src/mock-server/fault-rules.ts';
import { type MockServer, type MockServerOptions, startMockServer } from '../../src/mock-server/mock-server.ts';
import { type SimulatedModels, simulatedModels } from '../../src/simulated/simulated-models.ts';
import { type SimulatedProfile, simulationSchema } from '../../src/simulated/simulated-profile.ts';
import { bank, plainProfile, price } from '../simulated/example-world.ts';

const open: MockServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** Two models that answer by their skills alone, `sim` and `other`; `profile` changes `sim`. */
export function exampleModels(profile: Partial<SimulatedProfile> = {}): SimulatedModels {
  const simulation = simulationSchema.parse({
    models: [
      { id: 'sim', ...plainProfile, ...profile },
      { id: 'other', ...plainProfile },
    ],
    world: { source: 'test' },
  });
  return simulatedModels(simulation, { bank, nature: seededRandom('nature', 'test'), prices: { any: price } });
}

export const startedAt = new Date('2025-06-01T12:00:00Z');

export interface Served {
  readonly server: MockServer;
  /** With no retries of their own. */
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
  /** What struck so far. */
  readonly struck: readonly string[];
}

export async function serve(
  given: {
    readonly profile?: Partial<SimulatedProfile>;
    readonly faults?: readonly object[];
    readonly clock?: Clock;
  } & Pick<MockServerOptions, 'seed' | 'timeScale'> = {},
): Promise<Served> {
  const { profile, faults, clock = systemClock(), ...options } = given;
  const struck: string[] = [];
  const server = await startMockServer(exampleModels(profile), {
    ...options,
    clock,
    wallClock: () => startedAt,
    onFault: (fault: FaultRule) => struck.push(fault.kind),
    onError: (error) => {
      throw error;
    },
    ...(faults === undefined ? {} : { faults: faultFileSchema.parse({ faults }) }),
  });
  open.push(server);
  return {
    server,
    openai: new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0, logLevel: 'off' }),
    anthropic: new Anthropic({ apiKey: 'none', baseURL: server.url, maxRetries: 0, logLevel: 'off' }),
    struck,
  };
}

export async function collect<One>(some: AsyncIterable<One> | PromiseLike<AsyncIterable<One>>): Promise<One[]> {
  const all: One[] = [];
  for await (const one of await some) all.push(one);
  return all;
}
