/** Commands that help to set Ratchet up on a machine. */
import { given } from './flag-values.ts';
import type { Parser } from './parser.ts';
import { run } from './run-command.ts';

export function setUpCommands(parser: Parser): Parser {
  return parser
    .command(
      'doctor',
      'Look whether this machine is ready: Node, pnpm, folders, keys, store, traces, Python',
      (one) =>
        one
          .option('models', { type: 'string', describe: 'A catalogue of your own; by default ratchet.models.yaml, where there is one' })
          .option('store', { type: 'string', describe: "A service's SQLite file, in the place of the usual ones or of DATABASE_URL" }),
      (args) =>
        run(args.quiet, async (output) =>
          (await import('../commands/doctor.ts')).doctorCommand({ json: args.json, ...given({ models: args.models, store: args.store }) }, output),
        ),
    )
    .command(
      'completion <shell>',
      'The script that makes a shell complete commands, flags and names',
      (one) => one.positional('shell', { choices: ['bash', 'zsh', 'fish'] as const, demandOption: true, describe: 'Whose script' }),
      (args) => run(args.quiet, async (output) => (await import('../commands/completion.ts')).completionCommand(args.shell, output)),
    );
}
