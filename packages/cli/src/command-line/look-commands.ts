/** Commands that show what there is: models, reports, traces; and what waits to be sent. */
import { given, wholeNumber } from './flag-values.ts';
import type { Parser } from './parser.ts';
import { reportOptions, reportWords } from './report-options.ts';
import { run } from './run-command.ts';

export function lookCommands(parser: Parser): Parser {
  return parser
    .command(
      'models',
      'The models that can be called live, and which are usable now',
      (one) => one.option('models', { type: 'string', describe: 'A catalogue of your own; by default ratchet.models.yaml, where there is one' }),
      (args) =>
        run(args.quiet, async (output) =>
          (await import('../commands/models.ts')).modelsCommand({ json: args.json, ...given({ models: args.models }) }, output),
        ),
    )
    .command(
      'report <run>',
      "Rebuild a run's reports from its log (as experiment report does)",
      (one) => reportOptions(one),
      (args) => run(args.quiet, async (output) => (await import('../commands/inspect-runs.ts')).reportRunCommand(args.run, reportWords(args), output)),
    )
    .command(
      'traces [run]',
      'What was traced: the slowest, the dearest, the failed, and one request as a tree',
      (one) =>
        one
          .positional('run', { type: 'string', describe: 'experiment/run, the name of a run, or execute; by default the latest' })
          .option('tree', { type: 'string', describe: "Only the tree of this trace: its id or the end of it, or a trial's or request's id" })
          .option('most', { type: 'number', default: 5, coerce: wholeNumber('most', 1), describe: 'How many of each' }),
      (args) =>
        run(args.quiet, async (output) =>
          (await import('../commands/traces.ts')).tracesCommand({ json: args.json, most: args.most, ...given({ run: args.run, tree: args.tree }) }, output),
        ),
    )
    .command(
      'weave-sync',
      'Send the traces that wait for Weave (or OpenTelemetry), since it was away or a run was killed',
      (one) => one.option('minutes', { type: 'number', default: 30, coerce: wholeNumber('minutes', 1), describe: 'The most that each may take' }),
      (args) =>
        run(args.quiet, async (output) => (await import('../commands/weave-sync.ts')).weaveSyncCommand({ json: args.json, minutes: args.minutes }, output)),
    )
    .command(
      'schemas',
      'Write the JSON Schemas of scenario and experiment files',
      (one) => one.option('out', { type: 'string', default: 'schemas', describe: 'A folder, from where you stand' }),
      (args) => run(args.quiet, async (output) => (await import('../commands/schemas.ts')).schemasCommand(args.out, output)),
    );
}
