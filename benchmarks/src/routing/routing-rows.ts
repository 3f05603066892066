/** The rows of the routing table, as JSON and as Markdown. */
import { markdownTable } from '../suite/markdown-table.ts';
import type { RoutingResult } from './route-table.ts';
import type { RoutingCase } from './routing-cases.ts';

/** Means over seeds; qualities in [0, 1], differences in points of percentage, `saved` in percent. */
export interface RoutingRow {
  /** `ratchet`, or a peer with its version. */
  readonly method: string;
  readonly data: string;
  readonly pool: string;
  readonly regime: 'full' | 'bandit';
  readonly generations: number;
  /** Outcomes seen, in passes over the training queries; all arms' in one pass under full information. */
  readonly passes: number;
  readonly referenceGiven: boolean;
  readonly setting: 'cheapest' | 'best';
  readonly margin: number;
  readonly caution: number;
  readonly drafts: boolean;
  readonly members: readonly string[];
  readonly seeds: number;
  readonly quality: number;
  readonly qualityDelta: number;
  readonly qualityDeltaSd: number;
  readonly saved: number;
  readonly savedSd: number;
  readonly costUsd: number;
  readonly regretPerDecision: number | null;
  readonly regretByGeneration: readonly number[];
}

export function summariseRuns(
  { data, pool, protocol }: RoutingCase,
  results: readonly RoutingResult[],
  { method, members }: Pick<RoutingRow, 'method' | 'members'>,
): RoutingRow {
  const column = (value: (result: RoutingResult) => number) => meanAndSd(results.map(value));
  const delta = column(({ qualityDelta }) => 100 * qualityDelta);
  const saved = column((result) => 100 * result.saved);
  const regrets = results.flatMap(({ regretPerDecision }) => (regretPerDecision === null ? [] : [regretPerDecision]));
  const turns = results[0]?.regretByGeneration.length ?? 0;
  return {
    method,
    data,
    pool,
    regime: protocol.regime,
    generations: protocol.generations,
    passes: protocol.regime === 'full' ? 1 : protocol.generations * protocol.share,
    referenceGiven: protocol.referenceGiven,
    setting: protocol.setting,
    margin: protocol.margin,
    caution: protocol.caution,
    drafts: protocol.drafts,
    members,
    seeds: results.length,
    quality: column(({ quality }) => quality).mean,
    qualityDelta: delta.mean,
    qualityDeltaSd: delta.sd,
    saved: saved.mean,
    savedSd: saved.sd,
    costUsd: column(({ costUsd }) => costUsd).mean,
    regretPerDecision: regrets.length === 0 ? null : meanAndSd(regrets).mean,
    regretByGeneration: Array.from({ length: turns }, (_, turn) => meanAndSd(results.map(({ regretByGeneration }) => regretByGeneration[turn] as number)).mean),
  };
}

export function routingMarkdown(rows: readonly RoutingRow[]): string {
  const lines = rows.map((row) => {
    const regime =
      row.regime === 'full'
        ? 'full information'
        : `bandit, ${row.generations} generations, ${row.passes.toFixed(1)} passes${row.referenceGiven ? ', reference given' : ''}`;
    const regret =
      row.regretByGeneration.length === 0
        ? '-'
        : `${(row.regretByGeneration[0] as number).toFixed(3)} -> ${(row.regretByGeneration.at(-1) as number).toFixed(3)}`;
    return [
      `${row.data} ${row.pool}`,
      `${regime}${row.drafts ? ', with drafts' : ''}`,
      row.setting,
      row.method,
      String(row.seeds),
      row.quality.toFixed(4),
      `${signed(row.qualityDelta)} ± ${row.qualityDeltaSd.toFixed(2)}`,
      `${row.saved.toFixed(1)} ± ${row.savedSd.toFixed(1)}`,
      row.costUsd.toPrecision(3),
      regret,
    ];
  });
  return `${note}\n\n${markdownTable(
    ['data', 'regime', 'setting', 'method', 'seeds', 'quality', 'difference, points', 'saved, %', 'cost, USD', 'regret a decision, first -> last generation'],
    lines,
  )}`;
}

const note =
  'Held-out results, mean and standard deviation over seeds (splits); no task label. Points are percentage points of quality, against the single model that is best on the training queries; saved is the part of its cost.';

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
}

function meanAndSd(values: readonly number[]): { readonly mean: number; readonly sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
