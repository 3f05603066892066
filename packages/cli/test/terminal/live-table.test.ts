import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { type LiveRow, liveTable } from '../../src/terminal/live-table.ts';
import { shareBar } from '../../src/terminal/share-bar.ts';
import { sparkline } from '../../src/terminal/sparkline.ts';

const plain = { paint: createColors(false), unicode: true };
const row = (change: Partial<LiveRow> = {}): LiveRow => ({
  label: 'learned',
  of: 'gen 3/10',
  trials: 260,
  strategies: { direct: 130, batch: 0, orchestrate: 65, collaborate: 65 },
  quality: 0.8612,
  costUsd: 0.01234,
  latencyMs: 5678,
  qualityCurve: [0.8, 0.83, 0.8612],
  costCurve: [0.17, 0.02, 0.01234],
  ...change,
});
const view = (rows: readonly LiveRow[]) => ({ title: 'code-gen  learned, seed 2, generation 3', share: 0.62, status: '$41.23 so far, about 18 s left', rows });

describe('the live table', () => {
  it('shows generation, policy, mix, quality and cost with curves in 60 columns', () => {
    expect(liveTable(view([row(), row({ label: 'best-quality', of: 'held-out', qualityCurve: [], costCurve: [] })]), { columns: 60, rows: 24 }, plain)).toEqual(
      [
        'code-gen  learned, seed 2, generation 3',
        '[###########------] 62%  $41.23 so far, about 18 s left',
        '',
        'policy        stage     mix     quality      cost',
        'learned       gen 3/10  dddooc  0.861 ▁▄█    $0.0123  █▁▁',
        'best-quality  held-out  dddooc  0.861        $0.0123',
        'd direct  b batch  o orchestrate  c collaborate',
      ],
    );
  });

  it('has more to show in 200', () => {
    const lines = liveTable(view([row()]), { columns: 200, rows: 24 }, plain);
    expect(lines[3]).toMatch(/^policy {3}stage +trials {2}mix .* quality .* cost .* latency$/);
    expect(lines[4]).toMatch(/ 260 {2}d{16}o{8}c{8} {2}0\.861 ▁▄█ .* 5\.7 s$/);
  });

  it('is never as wide as the terminal, nor as high, whatever is in it', () => {
    const anyRow = fc
      .record({
        label: fc.constantFrom('learned', 'fixed:collaborate/mini+gpt-4o+opus~rounds=2'),
        of: fc.constantFrom('gen 10/10', 'held-out', 'validation'),
        trials: fc.nat(10_000_000),
        quality: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
        costUsd: fc.option(fc.double({ min: 0, max: 99_999, noNaN: true })),
        latencyMs: fc.option(fc.nat(900_000)),
        qualityCurve: fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 60 }),
        strategies: fc.dictionary(fc.constantFrom('direct', 'batch', 'orchestrate', 'collaborate'), fc.nat(500)),
      })
      .map((change) => row({ ...change, costCurve: change.qualityCurve }));
    fc.assert(
      fc.property(
        fc.array(anyRow, { maxLength: 60 }),
        fc.integer({ min: 60, max: 200 }),
        fc.integer({ min: 8, max: 60 }),
        fc.boolean(),
        (rows, columns, height, unicode) => {
          const lines = liveTable(view(rows), { columns, rows: height }, { paint: createColors(true), unicode });
          expect(Math.max(...lines.map((line) => stripVTControlCharacters(line).length))).toBeLessThan(columns);
          expect(lines.length).toBeLessThan(height);
        },
      ),
    );
  });

  it('keeps the newest rows where not all fit, and says how many do not', () => {
    const rows = Array.from({ length: 30 }, (_, index) => row({ of: `gen ${index + 1}/30` }));
    const lines = liveTable(view(rows), { columns: 80, rows: 16 }, plain);
    expect(lines[4]).toBe('(21 more above)');
    expect(lines.at(-2)).toContain('gen 30/30');
  });

  it('shows no columns before there is a row', () => {
    expect(liveTable(view([]), { columns: 80, rows: 24 }, plain)).toHaveLength(2);
  });
});

describe('a sparkline', () => {
  it('goes from the least value to the greatest, with a gap for what is not known', () => {
    expect(sparkline([0, 0.5, null, 1], { width: 10, unicode: true })).toBe('▁▅ █');
    expect(sparkline([1, 0], { width: 10, unicode: false })).toBe('#_');
    expect(sparkline([2, 2, 2], { width: 10, unicode: true })).toBe('▅▅▅');
    expect(sparkline([], { width: 10, unicode: true })).toBe('');
  });

  it('averages neighbours where there is no room for all', () => {
    expect(sparkline([0, 0, 1, 1, 2, 2, 3, 3], { width: 4, unicode: true })).toBe(sparkline([0, 1, 2, 3], { width: 4, unicode: true }));
  });
});

it('a bar of shares is as long as it should be, and no share is off by a whole letter', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 40 }), (amounts, width) => {
      const bar = shareBar(
        amounts.map((amount, index) => ({ letter: `${index}`, amount })),
        width,
      );
      const whole = amounts.reduce((sum, amount) => sum + amount, 0);
      if (whole === 0) return expect(bar).toEqual([]);
      expect(bar.reduce((sum, { length }) => sum + length, 0)).toBe(width);
      for (const [index, { length }] of bar.entries()) expect(Math.abs(length - ((amounts[index] as number) / whole) * width)).toBeLessThan(1);
    }),
  );
});
