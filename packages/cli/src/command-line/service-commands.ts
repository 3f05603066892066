/** Commands that serve others: simulated models, the service, its keys. */
import type { Argv } from 'yargs';
import { amount, given, list, port, wholeNumber } from './flag-values.ts';
import type { Parser } from './parser.ts';
import { run } from './run-command.ts';

/** What finds the store of a service. */
function serviceOptions<Args>(command: Argv<Args>) {
  return command
    .option('scenario', { type: 'string', default: 'code-gen', describe: 'A folder under scenarios/, or a path: its arms and its objective' })
    .option('store', {
      type: 'string',
      describe: 'A SQLite file in the place of .ratchet/service/<scenario>.sqlite, or of the server that DATABASE_URL names',
    });
}

/** What the service itself is told, whoever asks it. */
function servedOptions<Args>(command: Argv<Args>) {
  return serviceOptions(command)
    .option('provider', { choices: ['mock', 'live'] as const, default: 'mock' as const, describe: 'mock: the simulated models of the scenario' })
    .option('models', { type: 'string', describe: 'Of live models: a catalogue of your own' })
    .option('learn-every-s', {
      type: 'number',
      default: 10,
      coerce: wholeNumber('learn-every-s', 1),
      describe: 'How often it looks for something to learn',
    });
}

export function serviceCommands(parser: Parser): Parser {
  return parser
    .command(
      'mock-llm',
      "Serve a scenario's simulated models as OpenAI's and Anthropic's servers would",
      (one) =>
        one
          .option('scenario', { type: 'string', default: 'code-gen', describe: 'A folder under scenarios/, or a path' })
          .option('port', { type: 'number', default: 4010, coerce: port, describe: '0 for one that is free' })
          .option('host', { type: 'string', default: '127.0.0.1', describe: 'By default this machine alone can reach it' })
          .option('faults', { type: 'string', describe: 'A YAML file of faults to make: schemas/faults.schema.json' })
          .option('seed', { type: 'number', default: 0, describe: 'Decides how chance falls on requests that do not say it themselves' })
          .option('time-scale', {
            type: 'number',
            default: 0,
            coerce: amount('time-scale'),
            describe: 'Seconds that a simulated second takes: 0 answers at once, 1 as slowly as simulated',
          }),
      (args) =>
        run(args.quiet, async (output) => {
          const { mockLlmCommand } = await import('../commands/mock-llm.ts');
          const { scenario, port, host, faults, seed, timeScale, json } = args;
          return mockLlmCommand({ scenario, port, host, seed, timeScale, json, ...given({ faults }) }, output);
        }),
    )
    .command(
      'serve',
      'An endpoint like that of OpenAI, which learns from its own traffic',
      (one) =>
        servedOptions(one)
          .option('port', { type: 'number', default: 8787, coerce: port, describe: '0 for one that is free' })
          .option('host', { type: 'string', default: '127.0.0.1', describe: 'By default this machine alone can reach it' }),
      (args) =>
        run(args.quiet, async (output) => {
          const { serveCommand } = await import('../commands/serve.ts');
          const { scenario, port, host, provider, models, store, learnEveryS, json } = args;
          return serveCommand({ scenario, port, host, provider, learnEverySeconds: learnEveryS, json, ...given({ models, store }) }, output);
        }),
    )
    .command(
      'mcp',
      'The same for editors and agents: the Model Context Protocol on the standard streams',
      (one) => servedOptions(one),
      (args) =>
        run(args.quiet, async (output) => {
          const { mcpCommand } = await import('../commands/mcp.ts');
          const { scenario, provider, models, store, learnEveryS } = args;
          return mcpCommand({ scenario, provider, learnEverySeconds: learnEveryS, ...given({ models, store }) }, output);
        }),
    )
    .command('keys', 'Who may ask a service', (command) =>
      command
        .command(
          'create',
          'Make a key, and show it this once',
          (one) =>
            serviceOptions(one)
              .option('name', { type: 'string', default: 'key', describe: 'To know it again by' })
              .option('scope', { type: 'string', default: 'infer,feedback', describe: 'Of infer, feedback and admin, with commas between them' })
              .option('tenant', { type: 'string', default: 'default', describe: 'Whose requests and feedback belong together' })
              .option('private', { type: 'boolean', default: false, describe: 'Nothing is learned from what it asks' })
              .option('requests-per-minute', { type: 'number', coerce: wholeNumber('requests-per-minute', 1), describe: 'By default no limit' })
              .option('budget-usd', { type: 'number', coerce: amount('budget-usd'), describe: 'For all time' }),
          (args) =>
            run(args.quiet, async (output) => {
              const { createKeyCommand } = await import('../commands/keys.ts');
              const { scenario, store, json, name, scope, tenant, requestsPerMinute, budgetUsd } = args;
              const optional = given({ store, requestsPerMinute, budgetUsd });
              return createKeyCommand({ scenario, json, name, tenant, scopes: list(scope), private: args.private, ...optional }, output);
            }),
        )
        .command(
          'list',
          'All keys, and what they spent',
          (one) => serviceOptions(one),
          (args) =>
            run(args.quiet, async (output) =>
              (await import('../commands/keys.ts')).listKeysCommand({ scenario: args.scenario, json: args.json, ...given({ store: args.store }) }, output),
            ),
        )
        .command(
          'revoke <id>',
          'Refuse a key from now on',
          (one) => serviceOptions(one).positional('id', { type: 'string', demandOption: true, describe: 'As `keys list` shows it' }),
          (args) =>
            run(args.quiet, async (output) =>
              (await import('../commands/keys.ts')).revokeKeyCommand(
                { id: args.id, scenario: args.scenario, json: args.json, ...given({ store: args.store }) },
                output,
              ),
            ),
        )
        .demandCommand(1, 'Say what to do with keys: create, list or revoke.'),
    );
}
