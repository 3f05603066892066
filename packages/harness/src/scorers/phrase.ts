/** Matches a phrase of a scenario file in an answer: without regard to case and spacing, or as /regex/. */
import { ScorerError } from './scorer-error.ts';

/** True when the phrase stands in the text as whole words. */
export function phraseOccurs(phrase: string, text: string): boolean {
  return phrasePattern(phrase).test(text);
}

const patterns = new Map<string, RegExp>();

function phrasePattern(phrase: string): RegExp {
  let pattern = patterns.get(phrase);
  if (pattern === undefined) {
    pattern = compile(phrase);
    patterns.set(phrase, pattern);
  }
  return pattern;
}

function compile(phrase: string): RegExp {
  const regex = /^\/(.+)\/$/.exec(phrase);
  if (regex?.[1] !== undefined) return writtenRegex(regex[1]);
  const trimmed = phrase.trim();
  const words = trimmed.split(/\s+/).map(escapeRegex).join('[\\s*_`]+');
  return new RegExp(boundaryBefore(trimmed) + words + boundaryAfter(trimmed), 'iu');
}

function writtenRegex(source: string): RegExp {
  try {
    return new RegExp(source, 'iu');
  } catch (cause) {
    throw new ScorerError(`the phrase /${source}/ is no regular expression: ${(cause as Error).message}`, { cause });
  }
}

/** A word begins here, and a number is not the end of a longer one: 5 does not occur in 1.5 or 2,5. */
function boundaryBefore(phrase: string): string {
  if (/^\p{N}/u.test(phrase)) return '(?<![\\p{L}\\p{N}]|\\p{N}[.,])';
  return /^\p{L}/u.test(phrase) ? '(?<![\\p{L}\\p{N}])' : '';
}

function boundaryAfter(phrase: string): string {
  if (/\p{N}$/u.test(phrase)) return '(?![\\p{L}\\p{N}]|[.,]\\p{N})';
  return /\p{L}$/u.test(phrase) ? '(?![\\p{L}\\p{N}])' : '';
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
