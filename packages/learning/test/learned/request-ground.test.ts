import { seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { fitTextEmbedding } from '../../src/embedding/text-embedding.ts';
import { textTerms } from '../../src/embedding/text-terms.ts';
import { requestEntry } from '../../src/learned/request-entry.ts';
import { requestGround } from '../../src/learned/request-ground.ts';
import { requestsOf } from './request-fixture.ts';

const requests = requestsOf(60);
const entries = requests.map(requestEntry);
const embeddingOf = () =>
  fitTextEmbedding(
    requests.map(({ text }) => textTerms(text)),
    seededRandom('fit'),
  );

describe('requestGround', () => {
  it('is worked out anew only where requests or embedding are others, and is the same either way', () => {
    const embedding = embeddingOf();
    const first = requestGround(entries, embedding);
    expect(requestGround([...entries], embedding)).toBe(first);
    expect(requestGround(entries.slice(1), embedding)).not.toBe(first);
    const again = requestGround(entries, embedding);
    expect(again).not.toBe(first);
    expect(again.points.values).toEqual(first.points.values);
    expect(requestGround(entries, embeddingOf()).points.values).toEqual(first.points.values);
    expect(requestGround(entries, null).points.values).not.toEqual(first.points.values);
  });

  it('views one of its own requests where it stands, with itself the nearest', () => {
    const ground = requestGround(entries, embeddingOf());
    entries.forEach((entry, index) => {
      const view = ground.alike.view(entry);
      expect(view.squaredDistances[0]).toBeCloseTo(0, 6);
      expect(view.linear).toEqual(ground.linear[index]);
    });
    expect(ground.alike.nearest().every(({ positions }, index) => !positions.includes(index))).toBe(true);
  });

  it('compares them by the dimensions that count, with itself the nearest there too', () => {
    const ground = requestGround(entries, embeddingOf());
    const { dimensions } = ground.points;
    const ones = new Float64Array(dimensions).fill(1);
    expect(
      ground
        .weighted(ones)
        .nearest()
        .map(({ positions }) => [...positions]),
    ).toEqual(ground.alike.nearest().map(({ positions }) => [...positions]));
    const weights = ones.map((_, dimension) => (dimension % 3 === 0 ? 1 / (1 + dimension) : 0));
    const weighted = ground.weighted(weights);
    for (const entry of entries) {
      const { point, place, squaredDistances } = weighted.view(entry);
      expect(point).toEqual(ground.alike.view(entry).point);
      expect(place).toHaveLength(weights.filter((weight) => weight > 0).length);
      expect(squaredDistances[0]).toBeCloseTo(0, 5);
    }
  });
});
