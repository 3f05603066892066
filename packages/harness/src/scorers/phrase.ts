/** Matches a phrase of a scenario file in an answer: without regard to case and spacing, or as /regex/. */

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
  if (regex?.[1] !== undefined) return new RegExp(regex[1], 'iu');
  const words = phrase.trim().split(/\s+/).map(escapeRegex).join('[\\s*_`]+');
  const left = /^[\p{L}\p{N}]/u.test(phrase.trim()) ? '(?<![\\p{L}\\p{N}])' : '';
  const right = /[\p{L}\p{N}]$/u.test(phrase.trim()) ? '(?![\\p{L}\\p{N}])' : '';
  return new RegExp(left + words + right, 'iu');
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
