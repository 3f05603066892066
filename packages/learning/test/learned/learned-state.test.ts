import type { Analysis } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { foldEvidence, noEvidence } from '../../src/learned/evidence.ts';
import { withEmbedding } from '../../src/learned/learned-state.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { directMini, eventOf } from '../arm-fixture.ts';
import { requestsOf } from './request-fixture.ts';

const evidenceOf = (requests: readonly Analysis[]) =>
  foldEvidence(
    noEvidence,
    requests.map((analysis) => eventOf(directMini, {}, analysis)),
    { clip: 12, baselineOf: () => null },
  );

describe('withEmbedding', () => {
  it('waits for enough texts, and fits again when there are half as many more', () => {
    expect(withEmbedding(evidenceOf(requestsOf(23)), null).embedding).toBeNull();
    const first = withEmbedding(evidenceOf(requestsOf(24)), null).embedding;
    expect(first?.texts).toBe(24);
    expect(withEmbedding(evidenceOf(requestsOf(35)), first).embedding).toBe(first);
    expect(withEmbedding(evidenceOf(requestsOf(36)), first).embedding?.texts).toBe(36);
  });

  it('does not depend on the order in which texts came', () => {
    const requests = requestsOf(40);
    expect(withEmbedding(evidenceOf(requests.toReversed()), null).embedding).toEqual(withEmbedding(evidenceOf(requests), null).embedding);
  });

  it('forgets the words once there are texts enough for good', () => {
    const few = Array.from({ length: 2050 }, (_, index) => analysisWith({ requestId: `${index}`, text: `row ${index % 50} of ${Math.floor(index / 50)}` }));
    const { evidence, embedding } = withEmbedding(evidenceOf(few), null);
    expect(embedding?.texts).toBe(2048);
    expect([...evidence.requests.values()].every(({ entry }) => entry.text.kind === 'embedded')).toBe(true);
    const more = foldEvidence(evidence, [eventOf(directMini, {}, analysisWith({ requestId: 'new', text: 'row 7 of nothing' }))], {
      clip: 12,
      baselineOf: () => null,
    });
    const next = withEmbedding(more, embedding);
    expect(next.embedding).toBe(embedding);
    expect([...next.evidence.requests.values()].every(({ entry }) => entry.text.kind === 'embedded')).toBe(true);
  });
});
