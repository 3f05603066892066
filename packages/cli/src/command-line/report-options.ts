/** Options of the commands that rebuild a report. */
import type { Argv } from 'yargs';
import { given } from './flag-values.ts';

export const reportOptions = <Flags>(one: Argv<Flags>) =>
  one
    .positional('run', { type: 'string', demandOption: true, describe: 'A folder, experiment/run, or the name of a run' })
    .option('to', { choices: ['weave'] as const, describe: 'Also tell W&B Weave of the run' })
    .option('content', { type: 'boolean', describe: 'Weave is told the words of tasks: by default those of live runs' });

export function reportWords({ json, to, content }: { readonly json: boolean; readonly to: 'weave' | undefined; readonly content: boolean | undefined }) {
  return { json, ...given({ to, content }) };
}
