/** `pnpm bench:routing [--data DIR] [--json]`: routing on recorded outcomes under the protocol of docs/learning.md; prints the table and writes it. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { memberNames } from '@ratchet/learning';
import { noHarmTable } from './no-harm-table.ts';
import { type RoutingResult, routeTable } from './route-table.ts';
import { type RoutingCase, routingCases } from './routing-cases.ts';
import { type RoutingRow, routingMarkdown, summariseRuns } from './routing-rows.ts';
import { type RoutingTable, routingTable } from './routing-table.ts';

const root = resolve(import.meta.dirname, '../../..');

const usage = `pnpm bench:routing [--data DIR] [--seeds N] [--only TEXT] [--json] [--out DIR]

Routes on recorded outcomes: trains on 70% of the queries, judges on the rest, without a label of the task.
  --data   folder with nim9/, bfcl/, three-strategies/, or one table (queries.jsonl, outcomes.csv, models.csv)
  --seeds  splits, 10 unless told
  --only   cases whose name contains this text
  --members  outcome models that are stacked (neighbours,cells,forest), all unless told: an ablation
  --json   rows as JSON on stdout
  --out    folder that the table is written to, results/bench unless told
`;
const options = readOptions();

const rows: RoutingRow[] = [];
const tables = new Map<string, RoutingTable>();
for (const one of routingCases(folders(options.data))) {
  if (options.only !== undefined && !one.name.includes(options.only)) continue;
  rows.push(runCase(one));
}
mkdirSync(options.out, { recursive: true });
writeFileSync(join(options.out, 'routing.json'), `${JSON.stringify(rows, null, 2)}\n`);
writeFileSync(join(options.out, 'routing.md'), routingMarkdown(rows));
process.stdout.write(options.json ? `${JSON.stringify(rows, null, 2)}\n` : routingMarkdown(rows));

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        data: { type: 'string' },
        seeds: { type: 'string', default: '10' },
        only: { type: 'string' },
        members: { type: 'string', default: memberNames.join(',') },
        json: { type: 'boolean', default: false },
        out: { type: 'string', default: join(root, 'results/bench') },
        help: { type: 'boolean', default: false },
      },
    });
    const seeds = Number(values.seeds);
    if (!Number.isInteger(seeds) || seeds < 1) throw new Error(`--seeds ${values.seeds} is not a whole number from 1`);
    const members = values.members.split(',').map((name) => {
      const member = memberNames.find((known) => known === name);
      if (member === undefined) throw new Error(`--members: there is no "${name}"; there are ${memberNames.join(', ')}`);
      return member;
    });
    if (!values.help) return { ...values, seeds, members };
    process.stdout.write(usage);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

/** Tables of the folder by name; the folder itself where it is a table. */
function folders(data: string | undefined): ReadonlyMap<string, string> {
  if (data === undefined) {
    process.stderr.write('no --data DIR: only the made table is run\n');
    return new Map();
  }
  const directory = resolve(data);
  if (existsSync(join(directory, 'outcomes.csv'))) return new Map([[basename(directory), directory]]);
  const found = ['nim9', 'bfcl', 'three-strategies'].filter((name) => existsSync(join(directory, name, 'outcomes.csv')));
  if (found.length === 0) {
    process.stderr.write(`${directory} has neither outcomes.csv nor a folder nim9, bfcl or three-strategies with one\n`);
    process.exit(2);
  }
  return new Map(found.map((name) => [name, join(directory, name)]));
}

function runCase(one: RoutingCase): RoutingRow {
  const key = `${one.directory ?? 'made'} ${one.pool ?? 'all'}`;
  let table = tables.get(key);
  if (table === undefined) {
    table = one.directory === null ? noHarmTable() : routingTable(one.directory, one.models);
    tables.set(key, table);
  }
  const results: RoutingResult[] = [];
  for (let seed = 1; seed <= options.seeds; seed++) {
    results.push(routeTable(table, seed, { ...one.protocol, members: options.members }));
    process.stderr.write(
      `${one.name}, seed ${seed}: ${(100 * (results.at(-1) as RoutingResult).qualityDelta).toFixed(2)} points, saved ${(100 * (results.at(-1) as RoutingResult).saved).toFixed(1)}%\n`,
    );
  }
  return summariseRuns(one, results, options.members);
}
