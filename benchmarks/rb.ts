import { routingTable } from '/work/main/benchmarks/src/routing/routing-table.ts';
import { routeTable } from '/work/main/benchmarks/src/routing/route-table.ts';
const args = Object.fromEntries(process.argv.slice(2).map((a) => a.split('=')));
const pool12 = 'claude-3-5-sonnet-20240620,gpt-4-0125-preview,claude-3-opus-20240229,gpt-4o-mini-2024-07-18,gpt-4o-2024-08-06-FC,yi-large-fc,mistral-medium-2312,gemini-1.5-flash-preview-0514,gemini-1.5-pro-preview-0514,command-r-plus,claude-3-haiku-20240307,gpt-3.5-turbo-0125-FC'.split(',');
const set = args.set ?? 'pool12'; const t0 = performance.now();
const table = routingTable('/work/shared/data/routing/' + (set === 'nim9' ? 'nim9' : set === 'ts' ? 'three-strategies' : 'bfcl'), set === 'pool12' ? pool12 : undefined);
console.error('analysed', ((performance.now() - t0) / 1000).toFixed(1));
const seeds = (args.seeds ?? '1,2,3').split(',').map(Number); const rs = [];
for (const seed of seeds) { const t1 = performance.now(); const r = routeTable(table, seed, { regime: args.regime ?? 'full', generations: Number(args.g ?? 10), share: Number(args.share ?? 0.4), referenceGiven: args.ref === '1', setting: args.setting ?? 'cheapest', margin: Number(args.m ?? (set === 'nim9' ? 0 : 0.01)), caution: Number(args.z ?? 0.5) }); rs.push(r); console.error(seed, 'dq', (100 * r.qualityDelta).toFixed(2), 'saved', (100 * r.saved).toFixed(1), 'regret', r.regretByGeneration.map((x) => x.toFixed(3)).join(' '), ((performance.now() - t1) / 1000).toFixed(1) + 's'); }
const st = (v) => { const m = v.reduce((s, x) => s + x, 0) / v.length; return (100 * m).toFixed(2) + '±' + (100 * Math.sqrt(v.reduce((s, x) => s + (x - m) ** 2, 0) / Math.max(1, v.length - 1))).toFixed(2); };
console.log(process.argv.slice(2).join(' '), 'dq', st(rs.map((r) => r.qualityDelta)), 'saved', st(rs.map((r) => r.saved)), 'regret', rs[0].regretPerDecision === null ? '-' : st(rs.map((r) => r.regretPerDecision)));
