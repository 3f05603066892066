/** A suite of benchmarks: what `pnpm bench NAME` runs, and what it gives back. */
import type { ParseArgsOptionsConfig } from 'node:util';

/** Where a suite is run, and with what. */
export interface SuiteContext {
  /** Less of everything, to see that it works and what size the figures are. */
  readonly quick: boolean;
  /** Whether it was asked for by its name: then it takes its time, else it fits into half an hour with all others. */
  readonly named: boolean;
  /** Folder of recorded data of others (routing/, decomposition/); undefined where none was named. */
  readonly data: string | undefined;
  /** A Python for peers, see peers/find-python.ts. */
  readonly python: string;
  /** The suite's own options, as they were given. */
  readonly words: Readonly<Record<string, string | undefined>>;
  /** Progress, for people. */
  readonly say: (line: string) => void;
}

export interface SuiteReport {
  /** Tables for people, without a heading of the first level. */
  readonly markdown: string;
  /** The same figures as they are written to JSON. */
  readonly figures: object;
  /** What did not hold that must: the run then ends with exit code 1. */
  readonly failures?: readonly string[];
}

export interface Suite {
  readonly name: string;
  readonly title: string;
  /** One line for the list of suites. */
  readonly about: string;
  /** Options of its own, all with values. */
  readonly options: ParseArgsOptionsConfig;
  /** `whole`: part of `pnpm bench`; `quick`: of `pnpm bench --quick`, too; `asked`: only when it is named. */
  readonly when: 'quick' | 'whole' | 'asked';
  readonly run: (context: SuiteContext) => Promise<SuiteReport>;
}
