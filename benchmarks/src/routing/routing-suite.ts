/** `pnpm bench routing --data DIR`: routing on recorded outcomes under the protocol of docs/learning.md, ours and peers'. */
import { memberNames } from '@ratchet/learning';
import type { Suite, SuiteContext } from '../suite/suite.ts';
import { noHarmTable } from './no-harm-table.ts';
import { type RoutingResult, routeTable } from './route-table.ts';
import { type RoutingCase, routingCases, routingFolders } from './routing-cases.ts';
import { openRoutingPeers, type RoutingPeers } from './routing-peers.ts';
import { type RoutingRow, routingMarkdown, summariseRuns } from './routing-rows.ts';
import { type RoutingTable, routingTable } from './routing-table.ts';

export const routingSuite: Suite = {
  name: 'routing',
  title: 'Routing on recorded outcomes',
  about: 'trains on 70% of the queries, judges on the rest, without a label of the task; with peers (--data)',
  options: { seeds: { type: 'string' }, only: { type: 'string' }, members: { type: 'string' }, peers: { type: 'string' } },
  when: 'quick',
  run: async (context) => {
    const { words, data, say, quick } = context;
    const { seeds, members } = readWords(context);
    const only = words['only'];
    const cases = routingCases(routingFolders(data, say)).filter((one) =>
      only === undefined ? one.seedsUnlessNamed > 0 && (!quick || (one.protocol.regime === 'full' && one.data !== 'nim9')) : one.name.includes(only),
    );
    const peers = words['peers'] === 'none' ? undefined : await openRoutingPeers(context.python);
    if (peers === undefined) say('  no peers: `pnpm bench:peers` installs them');
    const tables = new Map<string, RoutingTable>();
    const rows: RoutingRow[] = [];
    try {
      for (const one of cases) {
        const key = `${one.directory ?? 'made'} ${one.pool}`;
        const table = tables.get(key) ?? (one.directory === null ? noHarmTable() : routingTable(one.directory, one.models));
        tables.set(key, table);
        const ownSeeds = only === undefined ? Math.min(seeds, one.seedsUnlessNamed) : seeds;
        rows.push(runCase(one, table, { seeds: ownSeeds, members, say }));
        if (peers !== undefined) rows.push(...(await runPeers(one, table, { peers, seeds: ownSeeds, quick, say })));
      }
    } finally {
      peers?.close();
    }
    const versions = peers === undefined ? 'Peers: none were there.' : `Peers: ${peers.versions}.`;
    return { markdown: `${routingMarkdown(rows)}\n\n${versions}\n\n${whereAPeerWins(rows)}`, figures: { peers: peers?.versions ?? null, rows } };
  },
};

function readWords({ words, quick, named }: SuiteContext) {
  const seeds = Number(words['seeds'] ?? (quick || !named ? 1 : 2));
  if (!Number.isInteger(seeds) || seeds < 1) throw new Error(`--seeds ${words['seeds']} is not a whole number from 1`);
  const members = (words['members']?.split(',') ?? memberNames).map((name) => {
    const member = memberNames.find((known) => known === name);
    if (member === undefined) throw new Error(`--members: there is no "${name}"; there are ${memberNames.join(', ')}`);
    return member;
  });
  return { seeds, members };
}

function runCase(one: RoutingCase, table: RoutingTable, { seeds, members, say }: ReturnType<typeof readWords> & Pick<SuiteContext, 'say'>): RoutingRow {
  const results: RoutingResult[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const result = routeTable(table, seed, { ...one.protocol, members });
    results.push(result);
    say(`  ${one.name}, seed ${seed}: ${(100 * result.qualityDelta).toFixed(2)} points, saved ${(100 * result.saved).toFixed(1)}%`);
  }
  return summariseRuns(one, results, { method: 'ratchet', members });
}

async function runPeers(
  one: RoutingCase,
  table: RoutingTable,
  { peers, seeds, quick, say }: { readonly peers: RoutingPeers; readonly seeds: number; readonly quick: boolean } & Pick<SuiteContext, 'say'>,
): Promise<readonly RoutingRow[]> {
  const methods = peers.methodsFor(one.protocol);
  const rows: RoutingRow[] = [];
  for (const method of quick ? methods.slice(0, 4) : methods) {
    const results: RoutingResult[] = [];
    for (let seed = 1; seed <= seeds; seed++) results.push(await peers.route(table, { method, seed, protocol: one.protocol }));
    const row = summariseRuns(one, results, { method, members: [] });
    say(`  ${one.name}, ${method}: ${row.qualityDelta.toFixed(2)} points, saved ${row.saved.toFixed(1)}%`);
    rows.push(row);
  }
  return rows;
}

/** A peer wins where it has more of one and no less of the other. */
function whereAPeerWins(rows: readonly RoutingRow[]): string {
  const of = (row: RoutingRow) => `${row.data} ${row.pool}, ${row.regime}${row.drafts ? ' with drafts' : ''}, ${row.setting}`;
  const wins = rows.flatMap((row) => {
    const ours = rows.find((other) => other.method === 'ratchet' && of(other) === of(row));
    if (ours === undefined || row === ours) return [];
    const better =
      row.setting === 'best'
        ? row.qualityDelta > ours.qualityDelta
        : row.qualityDelta >= ours.qualityDelta && row.saved >= ours.saved && (row.qualityDelta > ours.qualityDelta || row.saved > ours.saved);
    return better ? [`${row.method} on ${of(row)}`] : [];
  });
  return wins.length === 0
    ? 'No peer has more quality (best), or more of one of quality and saving and no less of the other (cheapest), than ratchet.'
    : `A peer has more quality (best), or more of one of quality and saving and no less of the other (cheapest): ${wins.join('; ')}.`;
}
