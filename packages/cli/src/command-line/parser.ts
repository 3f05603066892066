/** What every group of commands is added to. */
import type { Argv } from 'yargs';

export type Parser = Argv<{ quiet: boolean | undefined; json: boolean }>;
