import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTracer } from '../src/open-tracer.ts';
import type { Outlet } from '../src/tracing-setting.ts';
import { newFolder } from './ratchet.ts';

test('what is added to a spool is sent before all spans, and is in no local trace', () => {
  const [folder, spool] = [newFolder(), newFolder()];
  const outlet: Outlet = { spool, export: { kind: 'weave', project: 'team/project', attributes: {}, timeoutMs: 1_000 } };
  const { tracer, add, close } = openTracer({ folder, outlets: [outlet], content: false, trials: 'all' }, 'main');
  for (const name of ['a', 'b']) tracer.step(name, {}, () => undefined);
  add(spool, '{"kind":"evaluation"}');
  close();
  // In the order of their names, as a spool is read.
  const lines = readdirSync(spool)
    .sort()
    .flatMap((file) => readFileSync(join(spool, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { kind?: string; name?: string });
  expect(lines.map(({ kind, name }) => kind ?? name)).toEqual(['evaluation', 'a', 'b']);
  expect(readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8').split('\n').length - 1)).toEqual([2]);
});
