import { it } from 'vitest';
import { z } from 'zod';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import { replaced as r, scenarioFolder as f } from './scenario-folder.ts';
const S='scenario.yaml',T='tasks/tasks.yaml',A='answers/answers.yaml';
it('x', () => {
 const cases: Record<string, Record<string, string|null>> = {
  ok: {}, unknown: r(S,'title:','titel:'), noscorer: r(S,'scorer: { kind: parts }\n',''), kind: r(S,'kind: parts','kind: part'), scorerkey: r(S,'{ kind: parts }','{ kind: parts, preludes: x }'),
  dupTask: r(T,'id: second','id: first'), dupPart: r(A,'id: kit/two','id: kit/one'), dupMat: {...{}, 'tasks/z.yaml': rightT()}, nofile: {[S]: null}, notasks: {[T]: null}, empty: r(T, `  - id: first
    request: "Please {{kit/one|say one}}, as {{material kit/note}} has it."
  - id: second
    request: "{{kit/two|Say two.}}"
`, '  []\n'), nullTasks: {[T]:'tasks:\n'}, lacks: r(T,'kit/two|','kit/tow|'), noparts: {[A]: null}, needs: r(A,'id: kit/one\n','id: kit/one\n    needs: [kit/three]\n'), cycle: r(A,'id: kit/one\n','id: kit/one\n    needs: [kit/one]\n'), marks: r(T,'say one}}','say one}'), mat: r(T,'material kit/note','material kit/noet'), proto: r(T,'material kit/note','material constructor'), range: r(S,'model: mini }','model: mini, temperature: { each: [0.1, 3] } }'), wrongparam: r(S,'model: mini }','model: mini, maxDepth: 3 }'), wrongparam2: r(S,'model: mini }','model: mini, modle: 3 }'), nomodel: r(S,'- { strategy: batch, model: mini }','- { strategy: batch }'), strat: r(S,'strategy: batch','strategy: bach'), nogrades: r(A,'      - { grade: partial, text: two }\n',''), noarms: r(S,`arms:
  - { strategy: direct, model: { each: [mini, maxi] } }
  - { strategy: batch, model: mini }
`,''), name: r(S,'name: small','name: Small One'), utility: r(S,'utility: { cost: 0.3, latency: 0.1 }\n',''), cost: r(S,'cost: 0.3','cost: -1'), answersEmpty: {[A]:''}, syntax: r(S,'{ kind: parts }','{ kind: parts'), alias: r(S, 'name: small','name: *small'), check: r(A,'kind: includes, values: [two, due]','kind: includes, value: two'), reads: r(A,'id: kit/one\n','id: kit/one\n    reads: [kit/nothing]\n'), tabs: r(S,'  - {','\t- {'), unmat: r(T,'say one}}','{{material kit/note}}}}'),
 };
 for (const [n,c] of Object.entries(cases)) { try { const s = loadScenario({path: f(c), simulation: z.unknown()}); console.log(n, 'OK', s.tasks.length, s.arms.length, JSON.stringify(s.file.objective)); } catch (e) { console.log(n, (e as Error).name, (e as Error).message, (e as {kind:string}).kind ?? (e as Error).stack); } }
});
function rightT(){return 'materials:\n  kit/note: x\ntasks:\n  - { id: third, request: hello }\n';}
