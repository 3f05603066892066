/** Where a reader is: a tab, what is open in it, and its settings, as the fragment of the page's address, so that a link reproduces the view. */

export const tabs = ['execute', 'learning', 'training', 'experiments'] as const;
export type Tab = (typeof tabs)[number];

export interface Place {
  readonly tab: Tab;
  /** What is open within the tab: the names of the way to it. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

/** `#/experiments/code-gen/reference?view=trials`. What is no place is the first tab. */
export function parsePlace(fragment: string): Place {
  const [way = '', query = ''] = splitOnce(fragment.replace(/^#?\/?/, ''), '?');
  const [tab, ...path] = way.split('/').filter((name) => name !== '');
  return {
    tab: tabs.find((known) => known === tab) ?? tabs[0],
    path: tab === undefined || !(tabs as readonly string[]).includes(tab) ? [] : path.map(decoded),
    query: Object.fromEntries([...new URLSearchParams(query)].filter(([name]) => name !== '__proto__')),
  };
}

export function placeLink({ tab, path, query }: Place): string {
  const way = [tab, ...path.map(encodeURIComponent)].join('/');
  const settings = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return `#/${way}${settings === '' ? '' : `?${settings}`}`;
}

function splitOnce(text: string, mark: string): readonly [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
