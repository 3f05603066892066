/** What is wrong with a file that a person wrote: which file, where in it, what, and what was probably meant. */
import { RatchetError } from '@ratchet/core';

export interface ConfigProblem {
  readonly file: string;
  /** From 1; undefined where the whole file is meant. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

export class ConfigError extends RatchetError {
  readonly kind = 'invalid-config';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super(problems.map(describeProblem).join('\n'), options);
    this.problems = problems;
  }
}

export function configError(file: string, message: string, options?: ErrorOptions): ConfigError {
  return new ConfigError([{ file, message }], options);
}

function describeProblem({ file, line, column, message }: ConfigProblem): string {
  return `${file}${line === undefined ? '' : `:${line}:${column ?? 1}`}: ${message}`;
}
