/** The requests whose parts are known: recorded sets of others, the shipped scenarios, and the small set of this project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadScenario } from '@ratchet/harness';
import { simulationSchema } from '@ratchet/providers';
import { z } from 'zod';

const edge = z.tuple([z.int().min(0), z.int().min(0)]);
const rowSchema = z.union([
  z.strictObject({ id: z.string(), request: z.string(), steps: z.array(z.string()).min(1), edges: z.array(edge) }),
  z.strictObject({ id: z.string(), request: z.string(), multi: z.boolean() }),
]);

export interface DecompositionRow {
  readonly set: string;
  readonly id: string;
  readonly request: string;
  /** What is known of its parts. */
  readonly parts:
    | { readonly kind: 'steps'; readonly steps: readonly string[]; readonly edges: readonly (readonly [from: number, to: number])[] }
    | { readonly kind: 'several'; readonly several: boolean }
    /** Characters [start, end) of the words that ask for each part. */
    | {
        readonly kind: 'spans';
        readonly spans: readonly (readonly [start: number, end: number])[];
        readonly edges: readonly (readonly [from: number, to: number])[];
      };
}

/** Every `<set>.jsonl` of a folder. Throws a ZodError for a line of another form. */
export function recordedRows(folder: string): readonly DecompositionRow[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => rowsOfFile(join(folder, name)));
}

export function rowsOfFile(path: string): readonly DecompositionRow[] {
  const set = basename(path, '.jsonl');
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const row = rowSchema.parse(JSON.parse(line));
      const parts = 'multi' in row ? ({ kind: 'several', several: row.multi } as const) : ({ kind: 'steps', steps: row.steps, edges: row.edges } as const);
      return { set, id: row.id, request: row.request, parts };
    });
}

const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));
export const ownSet = fileURLToPath(new URL('../../data/ratchet-requests.jsonl', import.meta.url));
export const ownRows = (): readonly DecompositionRow[] => rowsOfFile(ownSet);

/** The tasks of a shipped scenario, whose requests mark what asks for each part. */
export function scenarioRows(name: string): readonly DecompositionRow[] {
  const path = join(projectRoot, 'scenarios', name);
  if (!existsSync(path)) return [];
  const scenario = loadScenario({ path, simulation: simulationSchema });
  return scenario.tasks.map((task) => {
    let cursor = 0;
    const spans = task.asks.map(({ words }) => {
      const start = task.text.indexOf(words, cursor);
      cursor = start + words.length;
      return [start, cursor] as const;
    });
    const ids = task.asks.map(({ partId }) => partId);
    const edges = ids.flatMap((id, to) =>
      (scenario.parts.get(id)?.needs ?? []).flatMap((need) => (ids.includes(need) ? [[ids.indexOf(need), to] as const] : [])),
    );
    return { set: name, id: task.id, request: task.text, parts: { kind: 'spans', spans, edges } };
  });
}

export const scenarioSets = ['code-gen', 'document-processing'] as const;
