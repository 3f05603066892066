/** What --dry-run prints: trials, calls, tokens and cost of a run that was not run. */
import { type ExperimentPlan, leftOutWarning, type RunAmount, type RunEstimate, type World } from '@ratchet/harness';

export function estimateText(plan: ExperimentPlan, world: World, estimate: RunEstimate): string {
  const leak = leftOutWarning(plan.scenario);
  const rows = [
    ['', 'low', 'expected', 'worst'],
    ...(['calls', 'inputTokens', 'outputTokens', 'costUsd'] as const).map((name) => [
      labels[name],
      ...(['low', 'expected', 'worst'] as const).map((kind) =>
        name === 'costUsd' ? `$${estimate[kind].costUsd.toFixed(2)}` : estimate[kind][name].toLocaleString('en'),
      ),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const table = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number))).join('  '),
  );
  return [
    `${plan.experiment.name} on ${plan.scenario.name}, dry run: nothing was run.`,
    `${plan.tasks.length} tasks, ${plan.scenario.arms.length} arms, ${plan.seeds.length} seeds, ${plan.experiment.generations} generations; policies: ${plan.policies.join(', ')}`,
    ...(leak === undefined ? [] : [`Warning: ${leak}.`]),
    `${estimate.trials.toLocaleString('en')} trials${estimate.profileAttempts === 0 ? '' : `, and ${estimate.profileAttempts.toLocaleString('en')} executions to learn what every arm can do on every task`}`,
    '',
    ...table,
    '',
    world.evidence === 'simulated'
      ? 'Models are simulated: nothing is paid. The cost is what such calls would cost at the stated prices.'
      : world.evidence === 'live'
        ? 'Models are live: this is paid, at the prices of the catalogue; models whose price is not known count as free.'
        : 'Outcomes are recorded: nothing is paid.',
    'Low: short answers, early agreement. Worst: every answer as long as allowed, every round, every retry.',
  ].join('\n');
}

const labels: Readonly<Record<keyof RunAmount, string>> = { calls: 'model calls', inputTokens: 'input tokens', outputTokens: 'output tokens', costUsd: 'cost' };
