/** `experiment list`, `validate`: what there is, and whether it holds together. */

import { parseArmId } from '@ratchet/core';
import {
  type BankPart,
  createScorer,
  leftOutWarning,
  listExperiments,
  loadExperiment,
  loadScenario,
  type Scenario,
  type Scorer,
  splitTasks,
  type Task,
} from '@ratchet/harness';
import { simulationSchema } from '@ratchet/providers';
import { exitCodes } from '../exit-codes.ts';
import { type ExperimentWords, prepareExperiment } from '../prepare-experiment.ts';
import { projectFolders } from '../project-folders.ts';
import type { Output } from '../terminal/output.ts';

export function listExperimentsCommand(json: boolean, output: Output): number {
  const rows = listExperiments(projectFolders).map((name) => {
    const { experiment, scenarioPath } = loadExperiment(name, projectFolders);
    return { name, scenario: experiment.scenario, generations: experiment.generations, seeds: experiment.seeds, policies: experiment.policies, scenarioPath };
  });
  if (json) output.result(JSON.stringify(rows, null, 2));
  else
    for (const row of rows)
      output.result(`${row.name.padEnd(22)} scenario ${row.scenario}, ${row.generations} generations, ${row.seeds} seeds: ${row.policies.join(', ')}`);
  return exitCodes.ok;
}

/** Loads everything as a run would, splits it, and scores every answer of the bank: right ones must be right. */
export async function validateExperimentCommand(words: ExperimentWords, output: Output): Promise<number> {
  const { plan, world } = await prepareExperiment(words);
  for (const seed of plan.seeds) splitTasks(plan.tasks, plan.experiment.split, seed);
  const { scenario } = plan;
  const faults = scenario.parts.size === 0 ? [] : await bankFaults(scenario);
  for (const fault of faults) output.error(fault);
  if (faults.length > 0) return exitCodes.usage;
  const leak = leftOutWarning(scenario);
  if (leak !== undefined) output.error(`warning: ${leak}`);
  output.result(
    `${plan.experiment.name}: ${plan.tasks.length} tasks, ${scenario.parts.size} parts, ${scenario.arms.length} arms, ${plan.policies.length} policies; answers are ${world.evidence}. Everything fits.`,
  );
  return exitCodes.ok;
}

/** An answer of the bank that does not score as its grade says. */
async function bankFaults(scenario: Scenario): Promise<readonly string[]> {
  const scorer = await createScorer(scenario);
  const faults: string[] = [];
  for (const part of scenario.parts.values()) {
    for (const [index, answer] of part.answers.entries()) {
      const score = await scoreAlone(scorer, scenario, part, answer.text);
      const fits = answer.grade === 'right' ? score === 1 : answer.grade === 'partial' ? score > 0 && score < 1 : score < 0.5;
      if (!fits) faults.push(`${scenario.directory}: answer ${index + 1} of the part ${part.id} is graded ${answer.grade} and scores ${score.toFixed(2)}`);
    }
  }
  scorer.close();
  return faults;
}

/** With right answers to all that the part needs. */
async function scoreAlone(scorer: Scorer, scenario: Scenario, part: BankPart, text: string): Promise<number> {
  const written = (one: BankPart, answer: string) => (one.language === 'javascript' ? `\`\`\`js\n${answer}\n\`\`\`` : answer);
  const prerequisites = prerequisitesOf(part, scenario).map((one) => written(one, one.answers.find((answer) => answer.grade === 'right')?.text ?? ''));
  const task: Task = { id: part.id, family: part.family, text: '', asks: [{ partId: part.id, words: '' }], group: part.id };
  const answer = part.language === 'javascript' ? [...prerequisites, written(part, text)].join('\n\n') : text;
  const result = await scorer.score(task, answer, parseArmId('direct/none'));
  return result?.score ?? Number.NaN;
}

function prerequisitesOf(part: BankPart, { parts }: Scenario): readonly BankPart[] {
  const found = new Set<BankPart>();
  const visit = (one: BankPart): void => {
    for (const need of one.needs) {
      const other = parts.get(need);
      if (other === undefined || found.has(other)) continue;
      visit(other);
      found.add(other);
    }
  };
  visit(part);
  return [...found];
}

/** A scenario by name or path, for commands that need no experiment. */
export function loadNamedScenario(path: string, data: string | undefined): Scenario {
  return loadScenario({ path, simulation: simulationSchema, ...(data === undefined ? {} : { dataDirectory: data }) });
}
