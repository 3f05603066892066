/** The rows of the routing table: which data, which arms, what is known, what is wanted. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RoutingProtocol } from './routing-protocol.ts';

export interface RoutingCase {
  readonly name: string;
  readonly data: string;
  /** null: the table is made, see no-harm-table.ts. */
  readonly directory: string | null;
  readonly pool: string;
  /** All of the table's where undefined. */
  readonly models?: readonly string[];
  readonly protocol: RoutingProtocol;
  /** Most seeds in a run that names no case, which has to fit into half an hour; 0: not part of it. */
  readonly seedsUnlessNamed: number;
}

/** The twelve models that results on bfcl are quoted for. */
const pool12 = [
  'claude-3-5-sonnet-20240620',
  'gpt-4-0125-preview',
  'claude-3-opus-20240229',
  'gpt-4o-mini-2024-07-18',
  'gpt-4o-2024-08-06-FC',
  'yi-large-fc',
  'mistral-medium-2312',
  'gemini-1.5-flash-preview-0514',
  'gemini-1.5-pro-preview-0514',
  'command-r-plus',
  'claude-3-haiku-20240307',
  'gpt-3.5-turbo-0125-FC',
];

/** Ten turns of 40% of the training queries: four passes' worth of outcomes. One pass: ten turns of a tenth. */
const tenTurns = { regime: 'bandit', generations: 10, share: 0.4 } as const;
const onePass = { regime: 'bandit', generations: 10, share: 0.1 } as const;
const full = { regime: 'full', generations: 0, share: 1 } as const;

function unlessNamed(data: string, pool: string, { regime, setting, share, referenceGiven, drafts }: RoutingProtocol): number {
  if (data === 'bfcl' && pool === 'all') return 0;
  if (regime === 'full') return data === 'made' ? 1 : 10;
  // A generation of nim9 takes twenty seconds to learn from.
  if (data === 'nim9') return setting === 'best' && share < 0.2 ? 1 : 0;
  return data === 'made' || referenceGiven || !drafts ? 0 : 10;
}

export function routingCases(folders: ReadonlyMap<string, string>): readonly RoutingCase[] {
  const cases: RoutingCase[] = [];
  const add = (
    data: string,
    pool: string,
    protocol: Omit<RoutingProtocol, 'setting' | 'referenceGiven' | 'drafts'> & Partial<RoutingProtocol>,
    models?: readonly string[],
  ): void => {
    const directory = data === 'made' ? null : folders.get(data);
    if (directory === undefined) return;
    const whole: RoutingProtocol = { setting: 'cheapest', referenceGiven: false, drafts: false, ...protocol };
    const turns = whole.regime === 'full' ? '' : whole.share < 0.2 ? ' one pass' : ' 10 generations';
    const name = `${data} ${pool} ${whole.regime}${turns}${whole.referenceGiven ? ' reference given' : ''}${whole.drafts ? ' drafts' : ''} ${whole.setting}`;
    const seedsUnlessNamed = unlessNamed(data, pool, whole);
    cases.push({ name, data, directory, pool, seedsUnlessNamed, ...(models === undefined ? {} : { models }), protocol: whole });
  };
  // Where queries are many, nothing may be lost; where they, or the outcomes of an arm, are few, half a point cannot be told from nothing.
  const many = { margin: 0, caution: 0.5 };
  // Where outcomes are few, and where one of a query is seen and the others are foretold, estimates are less sure than they say.
  const few = { margin: 0.005, caution: 1 };
  for (const setting of ['cheapest', 'best'] as const) {
    add('nim9', 'all', { ...full, ...many, setting });
    add('nim9', 'all', { ...tenTurns, ...few, margin: 0, setting });
    add('nim9', 'all', { ...onePass, ...few, setting });
  }
  // Margins of turns are what the goals of these rows allow.
  for (const drafts of [false, true]) {
    add('bfcl', 'pool12', { ...full, ...few, drafts }, pool12);
    add('bfcl', 'pool12', { ...tenTurns, ...few, margin: 0.01, drafts }, pool12);
    add('bfcl', 'all', { ...full, ...few, drafts });
    add('bfcl', 'all', { ...tenTurns, ...few, margin: 0.015, referenceGiven: true, drafts });
  }
  for (const regime of [full, tenTurns]) add('made', 'best is cheapest', { ...regime, ...few });
  for (const name of folders.keys())
    if (!['nim9', 'bfcl', 'three-strategies'].includes(name))
      for (const setting of ['cheapest', 'best'] as const) add(name, 'all', { ...full, ...few, setting });
  return cases;
}

/** Tables of a folder by name: of its own, of its folder `routing`, or the folder itself where it is a table. */
export function routingFolders(data: string | undefined, say: (line: string) => void): ReadonlyMap<string, string> {
  if (data === undefined) {
    say('  no --data DIR: recorded tables are skipped');
    return new Map();
  }
  if (existsSync(join(data, 'outcomes.csv'))) return new Map([[basename(data), data]]);
  const root = existsSync(join(data, 'routing')) ? join(data, 'routing') : data;
  const found = ['nim9', 'bfcl', 'three-strategies'].filter((name) => existsSync(join(root, name, 'outcomes.csv')));
  if (found.length === 0) say(`  ${data} has neither outcomes.csv nor a folder nim9, bfcl or three-strategies with one: recorded tables are skipped`);
  return new Map(found.map((name) => [name, join(root, name)]));
}
