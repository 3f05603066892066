import { describe, expect, test } from 'vitest';
import { drawQueries } from '../../src/routing/learn-bandit.ts';
import { noHarmTable } from '../../src/routing/no-harm-table.ts';
import { bestSingle, judgeChoices } from '../../src/routing/route-table.ts';
import { openRoutingPeers } from '../../src/routing/routing-peers.ts';
import { outcomeOf, splitQueries } from '../../src/routing/routing-table.ts';

const table = noHarmTable();
const { train, heldout } = splitQueries(table, 1, 0.7);
const best = bestSingle(table, train);

describe('choices on held-out queries', () => {
  test('neither gain nor save anything where they are the best single model', () => {
    expect(judgeChoices(table, { heldout, best, choices: heldout.map(() => best) })).toMatchObject({ qualityDelta: 0, saved: 0, regretPerDecision: null });
  });

  test('are judged by the outcomes that were recorded for them', () => {
    const { quality, costUsd, qualityDelta } = judgeChoices(table, { heldout, best, choices: heldout.map(() => 4) });
    const mean = (metric: 'quality' | 'costUsd') => heldout.reduce((sum, query) => sum + (outcomeOf(table, query, 4)[metric] as number), 0) / heldout.length;
    expect(quality).toBeCloseTo(mean('quality'), 12);
    expect(costUsd).toBeCloseTo(mean('costUsd'), 12);
    expect(qualityDelta).toBeLessThan(-0.1);
  });
});

describe('the turns of a pass', () => {
  test('have no query twice, as far as the pass goes', () => {
    const turns = Array.from({ length: 9 }, (_, generation) => drawQueries(train, { share: 0.1, seed: 1, generation }));
    const drawn = turns.flat();
    expect(new Set(drawn).size).toBe(drawn.length);
    expect(drawn.length).toBe(9 * Math.round(0.1 * train.length));
  });
});

describe('peers', () => {
  test('are skipped where there is no Python', async () => {
    expect(await openRoutingPeers('/nowhere/python3')).toBeUndefined();
  });
});
