/** Runs one of the checks that look at text alone. */
import { checkExact, checkIncludes, checkJson, checkNumeric, checkRegex } from './answer-checks.ts';
import type { CheckResult } from './javascript-check.ts';
import type { PartCheck } from './scorer-config.ts';
import { ScorerError } from './scorer-error.ts';
import { checkConstraints, checkFacts, checkFields } from './text-checks.ts';

/** Throws a `ScorerError` for a check that executes code: those belong to the scorer `parts`. */
export function checkText(text: string, check: PartCheck, task: { readonly expected?: string | number }): CheckResult {
  switch (check.kind) {
    case 'exact':
      return checkExact(text, check, task.expected);
    case 'includes':
      return checkIncludes(text, check, task.expected);
    case 'regex':
      return checkRegex(text, check);
    case 'numeric':
      return checkNumeric(text, check, task.expected);
    case 'json':
      return checkJson(text, check);
    case 'fields':
      return checkFields(text, check);
    case 'facts':
      return checkFacts(text, check);
    case 'constraints':
      return checkConstraints(text, check);
    case 'all': {
      const results = check.of.map((member) => ({ member, result: checkText(text, member, task) }));
      const weight = results.reduce((sum, { member }) => sum + member.weight, 0);
      return {
        score: results.reduce((sum, { member, result }) => sum + member.weight * result.score, 0) / weight,
        reasons: results.flatMap(({ result }) => result.reasons),
      };
    }
    case 'javascript':
    case 'mutation':
      throw new ScorerError(`the check \`${check.kind}\` executes code; it can only stand alone in a part of an answer bank`);
    default:
      return check satisfies never;
  }
}
