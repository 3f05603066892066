import { readFileSync } from 'node:fs';
import { analyze, armId, seededRandom } from '@ratchet/core';
import { loadScenario, loadExperiment, splitTasks, learningTask } from '@ratchet/harness';
import * as L from '@ratchet/learning';
const args = Object.fromEntries(process.argv.slice(2).map((a) => a.split('=')));
const name = args.exp ?? 'code-gen'; const run = args.run ?? 'cg1'; const dir = '/tmp/res/' + name + '/' + run;
import { z } from 'zod';
const scenario = loadScenario({ path: '/work/main/scenarios/' + name, simulation: z.any() });
const split = args.split ? JSON.parse(args.split) : name === 'code-gen' ? { train: 0.6, validation: 0.1, heldout: 0.3 } : { train: 0.45, validation: 0.3, heldout: 0.25 };
const trials = readFileSync(dir + '/trials.jsonl', 'utf8').trim().split('\n').map((l) => JSON.parse(l)); const prof = new Map(readFileSync(dir + '/profiles.jsonl', 'utf8').trim().split('\n').map((l) => { const p = JSON.parse(l); return [p.id, p]; }));
const ex: any = prof.values().next().value; 
const arms = new Map(scenario.arms.map((a) => [armId(a), a])); const an = new Map(scenario.tasks.map((t) => [t.id, analyze({ id: t.id, text: t.text })]));
const P = (task: string, arm: string) => prof.get(`${task} ${arm}`) ?? [...prof.values()].find((p: any) => p.task === task && p.arm === arm);
const pm = new Map([...prof.values()].map((p: any) => [p.task + '\n' + p.arm, p]));
const lib = args.lib ? await import(args.lib) : L;
const seeds = (args.seeds ?? '1,2').split(',').map(Number); const gens = Number(args.g ?? 10);
let tot = 0, totO = 0, totF = 0, tq = 0;
for (const seed of seeds) {
  const sp = splitTasks(scenario.tasks, split, seed);
  const task = learningTask(scenario); const set = args.members ? { ...lib.learnedSettings, members: args.members.split(',') } : lib.learnedSettings; const learner = lib.learnedLearner(task, set);
  let state = learner.initial(); const t0 = performance.now();
  const pol = args.policy ?? 'learned';
  for (let g = 0; g < gens; g++) { const ev = trials.filter((t) => t.phase === 'train' && t.policy === pol && t.seed === seed && t.generation === g).map((t) => ({ id: t.id, analysis: an.get(t.task)!, arm: arms.get(t.arm)!, propensity: t.propensity, outcome: { quality: t.quality, costUsd: t.costUsd, latencyMs: t.latencyMs } })); state = learner.learn(state, ev); }
  const p = learner.policy(state, 'exploit');
  const h = task.initialPolicy; let bq = 0, bc = 0, bl = 0; for (const t of sp.train) { const d = h.decide(an.get(t.id)!, seededRandom('x')); const o: any = pm.get(t.id + '\n' + d.armId); bq += o.quality / sp.train.length; bc += o.costUsd / sp.train.length; bl += o.latencyMs / sp.train.length; }
  const scale = { quality: bq, costUsd: bc, latencyMs: bl }; const u = (tk: string, a: string) => { const o: any = pm.get(tk + '\n' + a); return L.outcomeUtility(o, scenario.file.utility, scale)!; };
  let s = 0, o = 0, q = 0; for (const t of sp.heldout) { const d = p.decide(an.get(t.id)!, seededRandom('y')); s += u(t.id, d.armId); q += (pm.get(t.id + '\n' + d.armId) as any).quality; o += Math.max(...scenario.arms.map((a) => u(t.id, armId(a)))); }
  let bf = -9; let bfa = ''; for (const a of scenario.arms) { const m = sp.train.reduce((x, t) => x + u(t.id, armId(a)), 0); if (m > bf) { bf = m; bfa = armId(a); } }
  const f = sp.heldout.reduce((x, t) => x + u(t.id, bfa), 0);
  const n = sp.heldout.length; console.log('seed', seed, 'learned', (s / n).toFixed(4), 'best-fixed', (f / n).toFixed(4), 'oracle', (o / n).toFixed(4), 'quality', (q / n).toFixed(4), ((performance.now() - t0) / 1000).toFixed(1) + 's', JSON.stringify((L as any).modelsOfState ? '' : ''));
  tot += s / n / seeds.length; totO += o / n / seeds.length; totF += f / n / seeds.length; tq += q / n / seeds.length;
}
console.log(process.argv.slice(2).join(' '), 'MEAN learned', tot.toFixed(4), 'best-fixed', totF.toFixed(4), 'oracle', totO.toFixed(4), 'quality', tq.toFixed(4));
