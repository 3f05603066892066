import { describe, expect, it } from 'vitest';
import type { ConformalInterval } from '../../src/conformal/conformal-interval.ts';
import { intervalCoverage } from '../../src/conformal/interval-coverage.ts';

const interval: ConformalInterval = { kind: 'interval', low: 2, high: 4 };
const bound: ConformalInterval = { kind: 'lower-bound', low: 2 };
const unknown: ConformalInterval = { kind: 'unknown', points: 3, needed: 19 };

describe('intervalCoverage', () => {
  it('counts each side apart, and the ends of an interval as in it', () => {
    const tests = [1, 2, 3, 4, 5, 6].map((observed) => ({ interval, observed }));
    expect(intervalCoverage(tests)).toEqual({ covered: 3, below: 1, above: 2, undecided: 0, unknown: 0, coverage: 0.5, medianWidth: 2 });
  });

  it('decides for a censored outcome only where its bound does', () => {
    const observed = (atLeast: number) => ({ observed: { atLeast } });
    expect(intervalCoverage([{ interval, ...observed(5) }])).toMatchObject({ above: 1, coverage: 0 });
    expect(intervalCoverage([{ interval, ...observed(3) }])).toMatchObject({ undecided: 1, coverage: null });
    expect(intervalCoverage([{ interval: bound, ...observed(3) }])).toMatchObject({ covered: 1, coverage: 1, medianWidth: null });
    expect(intervalCoverage([{ interval: bound, ...observed(1) }])).toMatchObject({ undecided: 1 });
  });

  it('counts what was not known as neither right nor wrong', () => {
    expect(intervalCoverage([{ interval: unknown, observed: 3 }])).toMatchObject({ unknown: 1, coverage: null, medianWidth: null });
    expect(intervalCoverage([])).toMatchObject({ covered: 0, coverage: null });
  });
});
