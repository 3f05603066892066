/** What a policy is held to: a number, or what some arm comes to on each request. */

/** What the policy is to reach, on the mean of requests. */
export type QualityFloor =
  | { readonly kind: 'none' }
  | { readonly kind: 'number'; readonly value: number }
  /** Of the arm with the best mean quality, of generation 0's arms, or of the policy that looks at quality alone; less the margin. */
  | { readonly kind: 'best-arm' | 'baseline' | 'best'; readonly margin: number };

/** The arm that a request's quality is held to; -1 where it is none by itself. */
export function floorArm({ kind }: QualityFloor, { reference, finest, baseline }: { reference: number; finest: number; baseline: number }): number {
  switch (kind) {
    case 'none':
    case 'number':
      return -1;
    case 'best-arm':
      return reference;
    case 'best':
      return finest;
    case 'baseline':
      return baseline;
    default:
      return kind satisfies never;
  }
}

/** What a request's quality may be below that of its arm. */
export function marginOf(floor: QualityFloor): number {
  return 'margin' in floor ? floor.margin : 0;
}

/** Where the floor is no arm: its number, or what generation 0 comes to by chance. */
export function floorScore(floor: QualityFloor, own: Float64Array): number {
  if (floor.kind === 'none') return -1;
  return floor.kind === 'number' ? floor.value : own.reduce((sum, score) => sum + score / own.length, 0) - marginOf(floor);
}
