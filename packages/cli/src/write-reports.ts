/** Writes every report of a run into its folder. */
import type { ExperimentPlan, ExperimentRun, ReportLinks, ResultsFolder, Summary } from '@ratchet/harness';
import {
  decisionsCsv,
  generationsCsv,
  htmlReport,
  improvementCsv,
  junitXml,
  markdownReport,
  parametersCsv,
  resolvedScenario,
  taskOutcomes,
  tasksCsv,
} from '@ratchet/harness';
import { readEnvironment } from './read-environment.ts';

export async function writeReports(
  folder: ResultsFolder,
  { plan, run }: { readonly plan: ExperimentPlan; readonly run: ExperimentRun },
  summary: Summary,
): Promise<void> {
  folder.write('scenario.resolved.yaml', resolvedScenario(plan.scenario, plan.tasks));
  folder.write('improvement.csv', improvementCsv(summary));
  folder.write('generations.csv', generationsCsv(summary));
  folder.write('decisions.csv', decisionsCsv(summary));
  folder.write('parameters.csv', parametersCsv(summary));
  folder.write('tasks.csv', tasksCsv(taskOutcomes(plan, run)));
  folder.write('report.md', markdownReport(summary));
  folder.write('junit.xml', junitXml(summary));
  folder.write('report.html', await htmlReport(summary, reportLinks()));
  folder.write('summary.json', `${JSON.stringify(summary, null, 2)}\n`);
}

/** Where Weave is configured. */
function reportLinks(): ReportLinks {
  const { WEAVE_PROJECT: project, WANDB_BASE_URL: base } = readEnvironment();
  if (project === undefined || project === '') return {};
  const site = base === undefined || base === '' || base === 'https://api.wandb.ai' ? 'https://wandb.ai' : base.replace(/\/$/, '');
  return { evaluations: `${site}/${project}/weave/evaluations` };
}
