/** Tasks of a shipped scenario, worded as requests for refinement: "... Improve it until all tests pass." */
import { fileURLToPath } from 'node:url';
import { type Analysis, analyze, type Chunk, seededRandom } from '@ratchet/core';
import { loadScenario, requestOf, type Scenario, type Task } from '@ratchet/harness';
import { simulationSchema } from '@ratchet/providers';

/** Worded as people word it; each task gets one, by its name. */
const clauses = [
  'Improve it until all tests pass.',
  'Review it and improve it until it passes its tests.',
  'Check your code and correct it until everything is right.',
];

export interface RefinementTask {
  /** With the clause in its text. */
  readonly task: Task;
  readonly analysis: Analysis;
}

export function refinementScenario(name: string): Scenario {
  return loadScenario({ path: fileURLToPath(new URL(`../../../scenarios/${name}`, import.meta.url)), simulation: simulationSchema });
}

/**
 * Those in which the analyzer finds the loop, and finds it in a chunk that asks for a part: simulated models answer what
 * stands in the bank, and a loop around nothing would converge at once.
 */
export function refinementTasks({ tasks }: Scenario): readonly RefinementTask[] {
  return tasks.flatMap((plain) => {
    const clause = clauses[Math.floor(clauses.length * seededRandom('clause').uniform(plain.id))] as string;
    const task = { ...plain, text: `${plain.text.trimEnd()}\n\n${clause}` };
    const analysis = analyze(requestOf(task));
    const looping = analysis.edges.flatMap(({ from, to }) => (from === to ? [analysis.chunks[from] as Chunk] : []));
    return looping.some((chunk) => asksIn(task, [chunk]).length > 0) ? [{ task, analysis }] : [];
  });
}

/** What a task asks for in some of its chunks. */
export function asksIn(task: Task, chunks: readonly Chunk[]): Task['asks'] {
  return task.asks.filter(({ words }) => chunks.some(({ text }) => text.includes(words.trim())));
}
