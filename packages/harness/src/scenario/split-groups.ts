/** Groups tasks that must stay in the same split, because they share a part or a material, or say the same. */

export interface Groupable {
  readonly id: string;
  /** Names of everything that must not be split over train and held-out: parts, materials, the text itself. */
  readonly shares: readonly string[];
}

/** The group of each task: the smallest task id in its connected component (union-find). */
export function splitGroups(tasks: readonly Groupable[]): ReadonlyMap<string, string> {
  const parent = new Map<string, string>();
  const find = (node: string): string => {
    let root = node;
    while (parent.get(root) !== root) root = parent.get(root) as string;
    let at = node;
    while (at !== root) {
      const next = parent.get(at) as string;
      parent.set(at, root);
      at = next;
    }
    return root;
  };
  const unite = (a: string, b: string): void => {
    const [first, second] = [find(a), find(b)].sort() as [string, string];
    parent.set(second, first);
  };
  const ownerOf = new Map<string, string>();
  for (const { id, shares } of tasks) {
    parent.set(id, id);
    for (const name of shares) {
      const owner = ownerOf.get(name);
      if (owner === undefined) ownerOf.set(name, id);
      else unite(owner, id);
    }
  }
  return new Map(tasks.map(({ id }) => [id, find(id)]));
}
