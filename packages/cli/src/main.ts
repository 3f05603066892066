/** The command line. Only what every command needs is loaded here; each command loads its own. */
import yargs, { type Argv } from 'yargs';
import { hideBin } from 'yargs/helpers';
import { terminalOutput } from './terminal/output.ts';

// A reader that has seen enough (`| head`) is no fault of the run.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const list = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
const wholeNumber =
  (name: string, least: number) =>
  (value: number): number => {
    if (!Number.isInteger(value) || value < least) throw new Error(`--${name} takes a whole number from ${least} on`);
    return value;
  };

const amount =
  (name: string) =>
  (value: number): number => {
    if (!(value >= 0)) throw new Error(`--${name} takes an amount from 0 on`);
    return value;
  };

const port = (value: number): number => {
  if (value > 65_535) throw new Error(`--port takes a whole number from 0 to 65535, not ${value}`);
  return wholeNumber('port', 0)(value);
};

const between =
  (name: string, low: number, high: number) =>
  (value: number): number => {
    if (!(value > low && value < high)) throw new Error(`--${name} takes a number between ${low} and ${high}`);
    return value;
  };

/** Where the answers of a command come from. */
const providerOptions = {
  provider: { choices: ['simulated', 'recorded', 'live'] as const, describe: 'Where answers come from; by default what the scenario has' },
  models: { type: 'string', describe: 'Of live models: a catalogue of your own; by default ratchet.models.yaml, where there is one' },
  record: { type: 'string', describe: 'Of live models: a cassette (FILE) to write every exchange to' },
  cassette: { type: 'string', describe: 'With --provider recorded: the cassette to replay' },
  cache: { type: 'string', describe: 'Of live models: a file of answers that need not be asked for again' },
  'cache-repeats': { type: 'boolean', default: false, describe: 'Repeats of a task may share an answer of the cache' },
} as const;

/** Without the flags that were not given. */
function given<Words extends object>(words: Words): { readonly [Name in keyof Words]?: NonNullable<Words[Name]> } {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)) as { readonly [Name in keyof Words]?: NonNullable<Words[Name]> };
}

/** What finds the store of a service. */
function serviceOptions<Args>(command: Argv<Args>) {
  return command
    .option('scenario', { type: 'string', default: 'code-gen', describe: 'A folder under scenarios/, or a path: its arms and its objective' })
    .option('store', {
      type: 'string',
      describe: 'A SQLite file in the place of .ratchet/service/<scenario>.sqlite, or of the server that DATABASE_URL names',
    });
}

const reportOptions = <Flags>(one: Argv<Flags>) =>
  one
    .positional('run', { type: 'string', demandOption: true, describe: 'A folder, experiment/run, or the name of a run' })
    .option('to', { choices: ['weave'] as const, describe: 'Also tell W&B Weave of the run' })
    .option('content', { type: 'boolean', describe: 'Weave is told the words of tasks: by default those of live runs' });

function reportWords({ json, to, content }: { readonly json: boolean; readonly to: 'weave' | undefined; readonly content: boolean | undefined }) {
  return { json, ...given({ to, content }) };
}

/** Runs a command, prints its errors as a person can use them, and sets the exit code. */
async function run(quiet: boolean | undefined, command: (output: ReturnType<typeof terminalOutput>) => Promise<number> | number): Promise<void> {
  const output = terminalOutput({ quiet: quiet ?? false });
  try {
    process.exitCode = await command(output);
  } catch (error) {
    const { exitCodeOf } = await import('./exit-codes.ts');
    const known = typeof (error as { kind?: unknown }).kind === 'string';
    output.error(known ? `error: ${(error as Error).message}` : `error: ${(error as Error).stack ?? String(error)}`);
    process.exitCode = exitCodeOf(error);
  }
}

/** Of the command that could not be understood. */
let help = '';
const parser = yargs(hideBin(process.argv))
  .scriptName('ratchet')
  .usage('$0 <command>: a self-improving LLM orchestrator, and the experiments that prove it')
  .option('quiet', { type: 'boolean', describe: 'No progress, only results and errors', global: true })
  .option('json', { type: 'boolean', default: false, describe: 'Results as JSON', global: true })
  .command('experiment', 'Run an experiment, or look at one', (command) =>
    command
      .command(
        'list',
        'What can be run',
        (one) => one,
        (args) => run(args.quiet, async (output) => (await import('./commands/inspect-experiments.ts')).listExperimentsCommand(args.json, output)),
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
            (await import('./commands/inspect-experiments.ts')).validateExperimentCommand(
              {
                name: args.name,
                ...(args.scenario === undefined ? {} : { scenario: args.scenario }),
                ...(args.data === undefined ? {} : { data: args.data }),
                ...(args.heldoutData === undefined ? {} : { heldoutData: args.heldoutData }),
              },
              output,
            ),
          ),
      )
      .command(
        'compare <a> <b>',
        'Set two runs side by side',
        (one) => one.positional('a', { type: 'string', demandOption: true }).positional('b', { type: 'string', demandOption: true }),
        (args) => run(args.quiet, async (output) => (await import('./commands/inspect-runs.ts')).compareRunsCommand(args.a, args.b, args.json, output)),
      )
      .command(
        'report <run>',
        "Rebuild a run's reports from its log",
        (one) => reportOptions(one),
        (args) => run(args.quiet, async (output) => (await import('./commands/inspect-runs.ts')).reportRunCommand(args.run, reportWords(args), output)),
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
            const { gateRunCommand } = await import('./commands/gate-run.ts');
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
            .option('budget-usd', { type: 'number', describe: 'Stop before the run costs more' })
            .option('judge-budget-usd', { type: 'number', coerce: amount('judge-budget-usd'), describe: 'Stop before a live judge costs more, beside the run' })
            .option('dry-run', { type: 'boolean', default: false, describe: 'Only estimate trials, calls, tokens and cost' })
            .option('fresh', { type: 'boolean', default: false, describe: 'Start anew instead of going on' })
            .option('run', { type: 'string', describe: 'Name of the results folder; by default a hash of the plan' })
            .option('trace', { type: 'boolean', default: true, describe: 'Trace every trial; --no-trace for none' })
            .option('content', { type: 'boolean', describe: 'Traces keep prompts and answers: by default those of live models; --no-content for none' })
            .check((args) => {
              const budget = args['budget-usd'];
              if (budget !== undefined && !(budget >= 0)) throw new Error('--budget-usd takes an amount from 0 on');
              return true;
            }),
        (args) =>
          run(args.quiet, async (output) => {
            const { runExperimentCommand } = await import('./commands/run-experiment.ts');
            const { budgetUsd, dryRun, concurrency, fresh, json, name } = args;
            const optional = {
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
              judgeBudgetUsd: args.judgeBudgetUsd,
              trace: args.trace,
              content: args.content,
              budgetUsd,
            };
            const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
            return runExperimentCommand({ name, concurrency, dryRun, fresh, json, ...given }, output);
          }),
      ),
  )
  .command(
    'train [scenario]',
    'Learn on a scenario and save the policy of every generation',
    (one) =>
      one
        .positional('scenario', { type: 'string', default: 'code-gen', describe: 'A folder under scenarios/, or a path' })
        .option('data', { type: 'string' })
        .option('generations', { type: 'number', default: 10, coerce: wholeNumber('generations', 1) })
        .option('tasks-per-gen', { type: 'number', coerce: wholeNumber('tasks-per-gen', 1), describe: 'By default all' })
        .option('seed', { type: 'number', default: 1 })
        .options(providerOptions)
        .option('concurrency', { type: 'number', default: 8, coerce: wholeNumber('concurrency', 1), describe: 'Tasks at once' })
        .option('budget-usd', { type: 'number', coerce: amount('budget-usd'), describe: 'Of live models: stops before the training costs more' }),
    (args) =>
      run(args.quiet, async (output) => {
        const { trainCommand } = await import('./commands/train.ts');
        return trainCommand(
          {
            scenario: args.scenario,
            generations: args.generations,
            seed: args.seed,
            ...(args.data === undefined ? {} : { data: args.data }),
            ...(args.tasksPerGen === undefined ? {} : { tasksPerGeneration: args.tasksPerGen }),
            concurrency: args.concurrency,
            cacheRepeats: args.cacheRepeats,
            ...given({ provider: args.provider, models: args.models, record: args.record, cassette: args.cassette, cache: args.cache }),
            ...given({ budgetUsd: args.budgetUsd }),
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
        .positional('request', { type: 'string', demandOption: true })
        .option('scenario', { type: 'string', default: 'code-gen' })
        .option('data', { type: 'string', describe: 'Folder of recorded data, for scenarios that replay some' })
        .option('generation', {
          type: 'number',
          default: -1,
          coerce: wholeNumber('generation', -1),
          describe: 'Which saved generation decides; -1 is the latest',
        })
        .options(providerOptions)
        .option('seed', { type: 'number', default: 1 })
        .option('deadline-ms', { type: 'number', coerce: wholeNumber('deadline-ms', 0), describe: 'What is not answered by then is left out, and named' })
        .option('budget-usd', { type: 'number', coerce: amount('budget-usd'), describe: 'No call is made once so much is spent' })
        .option('trace', { type: 'boolean', default: true, describe: 'Trace every step; --no-trace for none' })
        .option('content', { type: 'boolean', default: true, describe: 'The trace keeps prompts and answers; --no-content for none' }),
    (args) =>
      run(args.quiet, async (output) => {
        const { executeCommand } = await import('./commands/execute.ts');
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
        .positional('request', { type: 'string', demandOption: true })
        .option('mermaid', { type: 'boolean', default: false, describe: 'The graph of its chunks, for Mermaid' }),
    (args) =>
      run(args.quiet, async (output) =>
        (await import('./commands/analyze.ts')).analyzeCommand({ request: args.request, mermaid: args.mermaid, json: args.json }, output),
      ),
  )
  .command(
    'explain <request>',
    'Show what a trained policy makes of a request, and why',
    (one) =>
      one
        .positional('request', { type: 'string', demandOption: true })
        .option('scenario', { type: 'string', default: 'code-gen' })
        .option('name', { type: 'string', describe: 'Of what `learn` learned from a log, instead of a scenario' })
        .option('data', { type: 'string', describe: 'Folder of recorded data, for scenarios that replay some' })
        .option('generation', { type: 'number', default: -1, coerce: wholeNumber('generation', -1), describe: 'Which saved generation; -1 is the latest' })
        .option('coverage', { type: 'number', default: 0.9, coerce: between('coverage', 0, 1), describe: 'Share of single answers that the intervals hold' }),
    (args) =>
      run(args.quiet, async (output) => {
        const { explainCommand } = await import('./commands/explain.ts');
        const { request, scenario, generation, coverage, json, name, data } = args;
        return explainCommand({ request, scenario, generation, coverage, json, ...given({ name, data }) }, output);
      }),
  )
  .command(
    'learn',
    'Learn from your own log of outcomes, and say what that is worth',
    (one) =>
      one
        .option('log', { type: 'string', demandOption: true, describe: 'One JSON object a line: schemas/logged-outcome.schema.json' })
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
        const { learnCommand } = await import('./commands/learn.ts');
        const { log, full, assumePropensity, batch, weighted, json, scenario, data, name, objective, floor, margin, deadlineMs, budgetUsd } = args;
        return learnCommand(
          { log, full, assumePropensity, batch, weighted, json, ...given({ scenario, data, name, objective, floor, margin, deadlineMs, budgetUsd }) },
          output,
        );
      }),
  )
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
        const { mockLlmCommand } = await import('./commands/mock-llm.ts');
        const { scenario, port, host, faults, seed, timeScale, json } = args;
        return mockLlmCommand({ scenario, port, host, seed, timeScale, json, ...given({ faults }) }, output);
      }),
  )
  .command(
    'serve',
    'An endpoint like that of OpenAI, which learns from its own traffic',
    (one) =>
      serviceOptions(one)
        .option('port', { type: 'number', default: 8787, coerce: port, describe: '0 for one that is free' })
        .option('host', { type: 'string', default: '127.0.0.1', describe: 'By default this machine alone can reach it' })
        .option('provider', { choices: ['mock', 'live'] as const, default: 'mock' as const, describe: 'mock: the simulated models of the scenario' })
        .option('models', { type: 'string', describe: 'Of live models: a catalogue of your own' })
        .option('learn-every-s', {
          type: 'number',
          default: 10,
          coerce: wholeNumber('learn-every-s', 1),
          describe: 'How often it looks for something to learn',
        }),
    (args) =>
      run(args.quiet, async (output) => {
        const { serveCommand } = await import('./commands/serve.ts');
        const { scenario, port, host, provider, models, store, learnEveryS, json } = args;
        return serveCommand({ scenario, port, host, provider, learnEverySeconds: learnEveryS, json, ...given({ models, store }) }, output);
      }),
  )
  .command(
    'mcp',
    'The same for editors and agents: the Model Context Protocol on the standard streams',
    (one) =>
      serviceOptions(one)
        .option('provider', { choices: ['mock', 'live'] as const, default: 'mock' as const, describe: 'mock: the simulated models of the scenario' })
        .option('models', { type: 'string', describe: 'Of live models: a catalogue of your own' })
        .option('learn-every-s', {
          type: 'number',
          default: 10,
          coerce: wholeNumber('learn-every-s', 1),
          describe: 'How often it looks for something to learn',
        }),
    (args) =>
      run(args.quiet, async (output) => {
        const { mcpCommand } = await import('./commands/mcp.ts');
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
            .option('name', { type: 'string', default: 'key' })
            .option('scope', { type: 'string', default: 'infer,feedback', describe: 'Of infer, feedback and admin, with commas between them' })
            .option('tenant', { type: 'string', default: 'default', describe: 'Whose requests and feedback belong together' })
            .option('private', { type: 'boolean', default: false, describe: 'Nothing is learned from what it asks' })
            .option('requests-per-minute', { type: 'number', coerce: wholeNumber('requests-per-minute', 1) })
            .option('budget-usd', { type: 'number', coerce: amount('budget-usd'), describe: 'For all time' }),
        (args) =>
          run(args.quiet, async (output) => {
            const { createKeyCommand } = await import('./commands/keys.ts');
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
            (await import('./commands/keys.ts')).listKeysCommand({ scenario: args.scenario, json: args.json, ...given({ store: args.store }) }, output),
          ),
      )
      .command(
        'revoke <id>',
        'Refuse a key from now on',
        (one) => serviceOptions(one).positional('id', { type: 'string', demandOption: true }),
        (args) =>
          run(args.quiet, async (output) =>
            (await import('./commands/keys.ts')).revokeKeyCommand(
              { id: args.id, scenario: args.scenario, json: args.json, ...given({ store: args.store }) },
              output,
            ),
          ),
      )
      .demandCommand(1, 'Say what to do with keys: create, list or revoke.'),
  )
  .command(
    'models',
    'The models that can be called live, and which are usable now',
    (one) => one.option('models', { type: 'string', describe: 'A catalogue of your own; by default ratchet.models.yaml, where there is one' }),
    (args) =>
      run(args.quiet, async (output) => (await import('./commands/models.ts')).modelsCommand({ json: args.json, ...given({ models: args.models }) }, output)),
  )
  .command(
    'report <run>',
    "Rebuild a run's reports from its log (as experiment report does)",
    (one) => reportOptions(one),
    (args) => run(args.quiet, async (output) => (await import('./commands/inspect-runs.ts')).reportRunCommand(args.run, reportWords(args), output)),
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
        (await import('./commands/traces.ts')).tracesCommand({ json: args.json, most: args.most, ...given({ run: args.run, tree: args.tree }) }, output),
      ),
  )
  .command(
    'weave-sync',
    'Send the traces that wait for Weave (or OpenTelemetry), since it was away or a run was killed',
    (one) => one.option('minutes', { type: 'number', default: 30, coerce: wholeNumber('minutes', 1), describe: 'The most that each may take' }),
    (args) =>
      run(args.quiet, async (output) => (await import('./commands/weave-sync.ts')).weaveSyncCommand({ json: args.json, minutes: args.minutes }, output)),
  )
  .command(
    'schemas',
    'Write the JSON Schemas of scenario and experiment files',
    (one) => one.option('out', { type: 'string', default: 'schemas' }),
    (args) => run(args.quiet, async (output) => (await import('./commands/schemas.ts')).schemasCommand(args.out, output)),
  )
  .demandCommand(1, 'Say what to do: see the commands above.')
  .recommendCommands()
  .strict()
  .help()
  .version(false)
  .fail((message, error, usage) => {
    // Of yargs' usage object, which its type declarations take for the parser.
    help = String(usage.help());
    throw error ?? new Error(message);
  });

try {
  await parser.parseAsync();
} catch (error) {
  const { explainWrongWords } = await import('./wrong-words.ts');
  process.stderr.write(`error: ${explainWrongWords((error as Error).message, { words: process.argv.slice(2), help })}\nSee --help.\n`);
  process.exitCode = 2;
}
