/** Names the policies in the cost-quality plane, with lines that lead to names that stand far from their point. */
import { shortened, textWidth } from './chart-text.ts';
import { type Box, placeLabels } from './label-placement.ts';
import { type Canvas, type PlaneDots, type PlaneScale, type PolicyDot, planeMargins } from './plane-geometry.ts';
import { palette } from './policy-style.ts';
import type { Plot } from './svg-plot.ts';

const fontSize = 12;
const labelHeight = 15;
const pad = 2;

export function planeLabels(plot: Plot, dots: PlaneDots, { scale, canvas }: { scale: PlaneScale; canvas: Canvas }) {
  const labels = dots.policies.map((policy) => {
    const text = shortened(policy.name, canvas.nameLength);
    return { policy, text, x: scale.toX(policy.costUsd), y: scale.toY(policy.quality), width: textWidth(text, fontSize) + 2 * pad, height: labelHeight };
  });
  const area = { left: planeMargins.left + pad, top: pad, right: canvas.width - pad, bottom: canvas.height - planeMargins.bottom };
  const places = placeLabels(labels, { area, obstacles: obstaclesOf(dots, scale) });
  return labels.flatMap(({ policy, text, x, y, width }, index) => {
    const { left, top, near } = places[index] ?? { left: x, top: y, near: true };
    const [dx, dy] = [left + pad - x, top + labelHeight / 2 - y];
    const label = plot.text([policy], {
      x: 'costUsd',
      y: 'quality',
      dx,
      dy,
      text: () => text,
      textAnchor: 'start',
      fontSize,
      fontWeight: 600,
      fill: palette.ink,
      stroke: 'var(--surface)',
      strokeWidth: 4,
      pointerEvents: 'none',
    });
    if (near) return [label];
    const leader = plot.link([policy], {
      x1: 'costUsd',
      y1: 'quality',
      x2: () => scale.toCost(Math.max(left + pad, Math.min(x, left + width - pad))),
      y2: () => scale.toQuality(dy > 0 ? top + pad : top + labelHeight - pad),
      stroke: palette.muted,
      strokeWidth: 1,
    });
    return [leader, label];
  });
}

/** Symbols and intervals, which no label should cover. */
function obstaclesOf({ arms, policies }: PlaneDots, { x, toX, toY }: PlaneScale): readonly Box[] {
  const around = ({ costUsd, quality }: { costUsd: number; quality: number }, size: number): Box => {
    const [left, top] = [toX(costUsd), toY(quality)];
    return { left: left - size, top: top - size, right: left + size, bottom: top + size };
  };
  const crossOf = ({ cost, score, costUsd, quality }: PolicyDot): Box[] => [
    { left: toX(costUsd) - pad, right: toX(costUsd) + pad, top: toY(score.high), bottom: toY(score.low) },
    { left: toX(Math.max(cost.low, x[0])), right: toX(cost.high), top: toY(quality) - pad, bottom: toY(quality) + pad },
  ];
  return [...policies.flatMap((policy) => [around(policy, 8), ...crossOf(policy)]), ...arms.map((arm) => around(arm, 4))];
}
