/** Places labels beside their points so that they cover neither each other nor a point, as far as there is room. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface LabelRequest {
  /** The point, in pixels. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the label's box begins, in pixels. */
export interface LabelPlace {
  readonly left: number;
  readonly top: number;
  /** False where the label stands so far off that a line should lead to it. */
  readonly near: boolean;
}

/** Places labels in the order given, each where it overlaps least; `area` is never left. */
export function placeLabels(requests: readonly LabelRequest[], { area, obstacles }: { area: Box; obstacles: readonly Box[] }): readonly LabelPlace[] {
  const labels: Box[] = [];
  return requests.map((request) => {
    const candidates = candidatePlaces(request).map((place) => within(place, request, area));
    const cost = (place: LabelPlace) => {
      const box = boxOf(place, request);
      return 20 * overlapSum(box, labels) + overlapSum(box, obstacles);
    };
    let best = candidates[0] as LabelPlace;
    let least = cost(best);
    for (const candidate of candidates.slice(1)) {
      const next = cost(candidate);
      if (next < least) [best, least] = [candidate, next];
    }
    labels.push(boxOf(best, request));
    return best;
  });
}

/** Right, left, above and below; then ever farther off. */
function candidatePlaces({ x, y, width, height }: LabelRequest): readonly LabelPlace[] {
  const gap = 8;
  const ring = (distance: number, near: boolean): LabelPlace[] => [
    { left: x + distance, top: y - height / 2, near },
    { left: x - distance - width, top: y - height / 2, near },
    { left: x - width / 2, top: y - distance - height, near },
    { left: x - width / 2, top: y + distance, near },
    { left: x + distance * 0.7, top: y - distance * 0.7 - height, near },
    { left: x + distance * 0.7, top: y + distance * 0.7, near },
    { left: x - distance * 0.7 - width, top: y - distance * 0.7 - height, near },
    { left: x - distance * 0.7 - width, top: y + distance * 0.7, near },
  ];
  return [...ring(gap, true), ...ring(15, true), ...[24, 34, 46, 60, 76].flatMap((distance) => ring(distance, false))];
}

function within({ left, top, near }: LabelPlace, { width, height }: LabelRequest, area: Box): LabelPlace {
  return {
    left: Math.max(area.left, Math.min(left, area.right - width)),
    top: Math.max(area.top, Math.min(top, area.bottom - height)),
    near,
  };
}

function boxOf({ left, top }: LabelPlace, { width, height }: LabelRequest): Box {
  return { left, top, right: left + width, bottom: top + height };
}

function overlapSum(box: Box, others: readonly Box[]): number {
  return others.reduce((sum, other) => sum + overlap(box, other), 0);
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}
