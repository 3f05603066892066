/** Commands of one learner: to train it, to ask it, and to see why it answers as it does. */
import { amount, between, given, wholeNumber } from './flag-values.ts';
import type { Parser } from './parser.ts';
import { providerOptions } from './provider-options.ts';
import { run } from './run-command.ts';

export function learningCommands(parser: Parser): Parser {
  return parser
    .command(
      'train [scenario]',
      'Learn on a scenario and save the policy of every generation',
      (one) =>
        one
          .positional('scenario', { type: 'string', default: 'code-gen', describe: 'A folder under scenarios/, or a path' })
          .option('data', { type: 'string', describe: 'Folder of recorded data, for scenarios that replay some' })
          .option('generations', { type: 'number', default: 10, coerce: wholeNumber('generations', 1), describe: 'Turns of the loop' })
          .option('tasks-per-gen', { type: 'number', coerce: wholeNumber('tasks-per-gen', 1), describe: 'Tasks of each turn; by default all' })
          .option('seed', { type: 'number', default: 1, describe: 'Decides how chance falls' })
          .options(providerOptions)
          .option('concurrency', { type: 'number', default: 8, coerce: wholeNumber('concurrency', 1), describe: 'Tasks at once' })
          .option('budget-usd', { type: 'number', coerce: amount('budget-usd'), describe: 'Of live models: stops before the training costs more' }),
      (args) =>
        run(args.quiet, async (output) => {
          const { trainCommand } = await import('../commands/train.ts');
          return trainCommand(
            {
              scenario: args.scenario,
              generations: args.generations,
              seed: args.seed,
              concurrency: args.concurrency,
              cacheRepeats: args.cacheRepeats,
              ...given({ provider: args.provider, models: args.models, record: args.record, cassette: args.cassette, cache: args.cache }),
              ...given({ data: args.data, tasksPerGeneration: args.tasksPerGen, budgetUsd: args.budgetUsd }),
            },
            output,
          );
        }),
    )
    .command(
      'execute <request>',
      'Answer a request with a trained policy',
      (one) =>
        one
          .positional('request', { type: 'string', demandOption: true, describe: 'What is asked, in quotes' })
          .option('scenario', { type: 'string', default: 'code-gen', describe: 'What it was trained on: a folder under scenarios/, or a path' })
          .option('data', { type: 'string', describe: 'Folder of recorded data, for scenarios that replay some' })
          .option('generation', {
            type: 'number',
            default: -1,
            coerce: wholeNumber('generation', -1),
            describe: 'Which saved generation decides; -1 is the latest',
          })
          .options(providerOptions)
          .option('seed', { type: 'number', default: 1, describe: 'Decides how chance falls' })
          .option('deadline-ms', { type: 'number', coerce: wholeNumber('deadline-ms', 0), describe: 'What is not answered by then is left out, and named' })
          .option('budget-usd', { type: 'number', coerce: amount('budget-usd'), describe: 'No call is made once so much is spent' })
          .option('trace', { type: 'boolean', default: true, describe: 'Trace every step; --no-trace for none' })
          .option('content', { type: 'boolean', default: true, describe: 'The trace keeps prompts and answers; --no-content for none' }),
      (args) =>
        run(args.quiet, async (output) => {
          const { executeCommand } = await import('../commands/execute.ts');
          const {
            request,
            scenario,
            generation,
            seed,
            json,
            trace,
            content,
            deadlineMs,
            budgetUsd,
            data,
            provider,
            models,
            record,
            cassette,
            cache,
            cacheRepeats,
          } = args;
          const asked = given({ deadlineMs, budgetUsd, data, provider, models, record, cassette, cache });
          return executeCommand({ request, scenario, generation, seed, json, trace, content, cacheRepeats, ...asked }, output);
        }),
    )
    .command(
      'analyze <request>',
      'What the analyzer finds in a request, without answering it',
      (one) =>
        one
          .positional('request', { type: 'string', demandOption: true, describe: 'What is asked, in quotes' })
          .option('mermaid', { type: 'boolean', default: false, describe: 'The graph of its chunks, for Mermaid' }),
      (args) =>
        run(args.quiet, async (output) =>
          (await import('../commands/analyze.ts')).analyzeCommand({ request: args.request, mermaid: args.mermaid, json: args.json }, output),
        ),
    )
    .command(
      'explain <request>',
      'Show what a trained policy makes of a request, and why',
      (one) =>
        one
          .positional('request', { type: 'string', demandOption: true, describe: 'What is asked, in quotes' })
          .option('scenario', { type: 'string', default: 'code-gen', describe: 'What it was trained on: a folder under scenarios/, or a path' })
          .option('name', { type: 'string', describe: 'Of what `learn` learned from a log, instead of a scenario' })
          .option('data', { type: 'string', describe: 'Folder of recorded data, for scenarios that replay some' })
          .option('generation', { type: 'number', default: -1, coerce: wholeNumber('generation', -1), describe: 'Which saved generation; -1 is the latest' })
          .option('coverage', { type: 'number', default: 0.9, coerce: between('coverage', 0, 1), describe: 'Share of single answers that the intervals hold' }),
      (args) =>
        run(args.quiet, async (output) => {
          const { explainCommand } = await import('../commands/explain.ts');
          const { request, scenario, generation, coverage, json, name, data } = args;
          return explainCommand({ request, scenario, generation, coverage, json, ...given({ name, data }) }, output);
        }),
    )
    .command(
      'learn',
      'Learn from your own log of outcomes, and say what that is worth',
      (one) =>
        one
          .option('log', { type: 'string', demandOption: true, describe: 'A file of one JSON object a line' })
          .option('scenario', { type: 'string', describe: 'Whose arms and objective are meant; by default the arms are those of the log' })
          .option('data', { type: 'string', describe: 'Folder of recorded data, for scenarios that replay some' })
          .option('name', { type: 'string', describe: "What it is kept under; by default the log's name" })
          .option('full', { type: 'boolean', default: false, describe: 'The log has the outcome of every arm on each request' })
          .option('assume-propensity', { type: 'boolean', default: false, describe: "Where a line has no propensity, take its arm's share in the log" })
          .option('batch', { type: 'number', default: 1000, coerce: wholeNumber('batch', 1), describe: 'Lines that one generation learns from' })
          .option('objective', { type: 'string', describe: 'A YAML file of `objective` and `utility`, as in a scenario' })
          .option('floor', { type: 'string', describe: 'best-arm (the default), best, baseline or a number' })
          .option('margin', { type: 'number', describe: 'What may be lost against the floor' })
          .option('deadline-ms', { type: 'number', describe: 'Limit of the 90th percentile of latency' })
          .option('budget-usd', { type: 'number', describe: 'Most quality at this mean cost of a request, instead of a floor' })
          .option('weighted', { type: 'boolean', default: false, describe: 'Most utility, instead of a floor' }),
      (args) =>
        run(args.quiet, async (output) => {
          const { learnCommand } = await import('../commands/learn.ts');
          const { log, full, assumePropensity, batch, weighted, json, scenario, data, name, objective, floor, margin, deadlineMs, budgetUsd } = args;
          return learnCommand(
            { log, full, assumePropensity, batch, weighted, json, ...given({ scenario, data, name, objective, floor, margin, deadlineMs, budgetUsd }) },
            output,
          );
        }),
    );
}
