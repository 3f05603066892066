/** Where the answers of a command come from: options of all commands that ask models. */

export const providerOptions = {
  provider: { choices: ['simulated', 'recorded', 'live'] as const, describe: 'Where answers come from; by default what the scenario has' },
  models: { type: 'string', describe: 'Of live models: a catalogue of your own; by default ratchet.models.yaml, where there is one' },
  record: { type: 'string', describe: 'Of live models: a cassette (FILE) to write every exchange to' },
  cassette: { type: 'string', describe: 'With --provider recorded: the cassette to replay' },
  cache: { type: 'string', describe: 'Of live models: a file of answers that need not be asked for again' },
  'cache-repeats': { type: 'boolean', default: false, describe: 'Repeats of a task may share an answer of the cache' },
} as const;
