/** `experiment`: to run one, and to look at one. */
import { amount, given, list, wholeNumber } from './flag-values.ts';
import type { Parser } from './parser.ts';
import { providerOptions } from './provider-options.ts';
import { reportOptions, reportWords } from './report-options.ts';
import { run } from './run-command.ts';

export function experimentCommands(parser: Parser): Parser {
  return workerCommands(parser).command('experiment', 'Run an experiment, or look at one', (command) =>
    command
      .command(
        'list',
        'What can be run',
        (one) => one,
        (args) => run(args.quiet, async (output) => (await import('../commands/inspect-experiments.ts')).listExperimentsCommand(args.json, output)),
      )
      .command(
        'validate <name>',
        'Check an experiment, its scenario and its answer bank, without running it',
        (one) =>
          one
            .positional('name', { type: 'string', demandOption: true })
            .option('scenario', { type: 'string' })
            .option('data', { type: 'string' })
            .option('heldout-data', { type: 'string' }),
        (args) =>
          run(args.quiet, async (output) =>
            (await import('../commands/inspect-experiments.ts')).validateExperimentCommand(
              { name: args.name, ...given({ scenario: args.scenario, data: args.data, heldoutData: args.heldoutData }) },
              output,
            ),
          ),
      )
      .command(
        'compare <a> <b>',
        'Set two runs side by side',
        (one) => one.positional('a', { type: 'string', demandOption: true }).positional('b', { type: 'string', demandOption: true }),
        (args) => run(args.quiet, async (output) => (await import('../commands/inspect-runs.ts')).compareRunsCommand(args.a, args.b, args.json, output)),
      )
      .command(
        'report <run>',
        "Rebuild a run's reports from its log",
        (one) => reportOptions(one),
        (args) => run(args.quiet, async (output) => (await import('../commands/inspect-runs.ts')).reportRunCommand(args.run, reportWords(args), output)),
      )
      .command(
        'gate <run>',
        'Exit 1 unless the run passes the gates of its experiment, and is no worse than the reference run',
        (one) =>
          one
            .positional('run', { type: 'string', demandOption: true })
            .option('reference', { type: 'string', describe: 'The run to hold it against, or none; by default the reference of its experiment' })
            .option('markdown', { type: 'boolean', default: false, describe: 'As a comment on a change would have it' }),
        (args) =>
          run(args.quiet, async (output) => {
            const { gateRunCommand } = await import('../commands/gate-run.ts');
            return gateRunCommand({ run: args.run, markdown: args.markdown, json: args.json, ...given({ reference: args.reference }) }, output);
          }),
      )
      .command(
        '$0 <name>',
        'Run an experiment (or go on with it) and print the improvement report',
        (one) =>
          one
            .positional('name', { type: 'string', demandOption: true, describe: 'A file experiments/<name>.yaml, or a path' })
            .options(providerOptions)
            .option('data', { type: 'string', describe: 'Folder of recorded data, for scenarios that replay some' })
            .option('heldout-data', { type: 'string', describe: 'Folder of recorded data whose tasks are the held-out ones; --data is then for training' })
            .option('scenario', { type: 'string', describe: "Another scenario than the experiment's: its folder or file" })
            .option('policies', { type: 'string', coerce: list, describe: 'Comma-separated; fixed:<arm> with * for anything' })
            .option('generations', { type: 'number', coerce: wholeNumber('generations', 0) })
            .option('seeds', { type: 'number', coerce: wholeNumber('seeds', 1) })
            .option('limit', { type: 'number', coerce: wholeNumber('limit', 1), describe: 'Only so many tasks' })
            .option('filter', { type: 'string', describe: 'Only tasks whose id or family contains this' })
            .option('concurrency', {
              type: 'number',
              default: 8,
              coerce: wholeNumber('concurrency', 1),
              describe: 'Trials at once; results do not depend on it',
            })
            .option('threads', {
              type: 'number',
              coerce: wholeNumber('threads', 1),
              describe: 'Threads that share a run whose answers cost nothing; by default one a processor. Results do not depend on it',
            })
            .option('workers', {
              type: 'boolean',
              default: false,
              describe: 'Have `ratchet worker` on other machines run it, and --threads of this one beside (by default none). Results do not depend on it',
            })
            .option('database-url', { type: 'string', describe: 'With --workers: the PostgreSQL server that they share; by default DATABASE_URL' })
            .option('budget-usd', { type: 'number', coerce: amount('budget-usd'), describe: 'Stop before the run costs more' })
            .option('judge-budget-usd', { type: 'number', coerce: amount('judge-budget-usd'), describe: 'Stop before a live judge costs more, beside the run' })
            .option('dry-run', { type: 'boolean', default: false, describe: 'Only estimate trials, calls, tokens and cost' })
            .option('fresh', { type: 'boolean', default: false, describe: 'Start anew instead of going on' })
            .option('run', { type: 'string', describe: 'Name of the results folder; by default a hash of the plan' })
            .option('trace', { type: 'boolean', default: true, describe: 'Trace every trial; --no-trace for none' })
            .option('content', { type: 'boolean', describe: 'Traces keep prompts and answers: by default those of live models; --no-content for none' }),
        (args) =>
          run(args.quiet, async (output) => {
            const { runExperimentCommand } = await import('../commands/run-experiment.ts');
            const { budgetUsd, dryRun, concurrency, fresh, json, name } = args;
            const optional = given({
              provider: args.provider,
              models: args.models,
              record: args.record,
              cassette: args.cassette,
              cache: args.cache,
              cacheRepeats: args.cacheRepeats ? true : undefined,
              data: args.data,
              heldoutData: args.heldoutData,
              scenario: args.scenario,
              policies: args.policies,
              generations: args.generations,
              seeds: args.seeds,
              limit: args.limit,
              filter: args.filter,
              run: args.run,
              threads: args.threads,
              workers: args.workers ? true : undefined,
              databaseUrl: args.databaseUrl,
              judgeBudgetUsd: args.judgeBudgetUsd,
              trace: args.trace,
              content: args.content,
              budgetUsd,
            });
            return runExperimentCommand({ name, concurrency, dryRun, fresh, json, ...optional }, output);
          }),
      ),
  );
}

function workerCommands(parser: Parser): Parser {
  return parser.command(
    'worker',
    'Run pieces of experiments that are run with --workers, here or on other machines',
    (one) =>
      one
        .option('database-url', { type: 'string', describe: 'The PostgreSQL server that machines share; by default DATABASE_URL' })
        .option('threads', { type: 'number', coerce: wholeNumber('threads', 1), describe: 'Pieces at once; by default one a processor' }),
    (args) =>
      run(args.quiet, async (output) => {
        const { workerCommand } = await import('../commands/worker.ts');
        return workerCommand({ ...given({ databaseUrl: args.databaseUrl, threads: args.threads }) }, output);
      }),
  );
}
