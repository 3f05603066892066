/** Gathers nodes by the number of their group, in linear time (counting sort). */

/** The nodes of each group in ascending order. `groupOf`: a number in [0, groups) for each node, or below 0 for none. */
export function groupNodes(groupOf: Int32Array, groups: number): readonly (readonly number[])[] {
  const sizes = new Int32Array(groups);
  for (const group of groupOf) if (group >= 0) sizes[group] = (sizes[group] as number) + 1;
  const grouped = Array.from(sizes, (size) => new Array<number>(size));
  sizes.fill(0);
  for (let node = 0; node < groupOf.length; node++) {
    const group = groupOf[node] as number;
    if (group < 0) continue;
    const slot = sizes[group] as number;
    (grouped[group] as number[])[slot] = node;
    sizes[group] = slot + 1;
  }
  return grouped;
}
