/** Scores prose without a model: key facts covered, nothing contradicted, required structure, fields extracted. */
import type { CheckResult } from './javascript-check.ts';
import { phraseOccurs } from './phrase.ts';
import type { PartCheck } from './scorer-config.ts';

type Config<K extends PartCheck['kind']> = Extract<PartCheck, { kind: K }>;

/** (facts covered - contradictions) / facts, not below 0. */
export function checkFacts(text: string, config: Config<'facts'>): CheckResult {
  const phrases = config.facts.map((fact) => (typeof fact === 'string' ? [fact] : fact.any));
  const missing = phrases.filter((any) => !any.some((phrase) => phraseOccurs(phrase, text)));
  const contradicted = config.contradictions.filter((phrase) => phraseOccurs(phrase, text));
  return {
    score: Math.max(0, (phrases.length - missing.length - contradicted.length) / phrases.length),
    reasons: [...missing.map((any) => `missing fact: ${any[0]}`), ...contradicted.map((phrase) => `contradicts the source: ${phrase}`)],
  };
}

/** The share of `Label: value` fields whose value is one of those accepted. */
export function checkFields(text: string, config: Config<'fields'>): CheckResult {
  const entries = Object.entries(config.fields);
  const wrong = entries.filter(([label, accepted]) => {
    const value = fieldValue(text, label);
    return value === undefined || !accepted.some((phrase) => phraseOccurs(phrase, value));
  });
  return {
    score: (entries.length - wrong.length) / entries.length,
    reasons: wrong.map(([label]) => `field ${label}: ${fieldValue(text, label) ?? 'missing'}`),
  };
}

function fieldValue(text: string, label: string): string | undefined {
  const wanted = label.toLowerCase();
  for (const line of text.split('\n')) {
    const match = /^[\s>*_|+-]*(?:\d+[.)]\s+[*_]*)?([^:|]+?)[*_\s]*[:|][*_\s]*(.+?)[\s*_|]*$/.exec(line);
    if (match?.[1]?.toLowerCase().trim() === wanted) return match[2];
  }
  return undefined;
}

/** The share of stated constraints that hold. */
export function checkConstraints(text: string, config: Config<'constraints'>): CheckResult {
  const lines = text.split('\n');
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  const prose = lines
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/^\s*\d+[.)]\s+/gm, '');
  const measured: readonly (readonly [string, { min?: number | undefined; max?: number | undefined } | undefined, number])[] = [
    ['words', config.words, prose.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length],
    ['bullets', config.bullets, count(/^\s*[-*+•]\s+\S/)],
    ['numbered items', config.numbered, count(/^\s*\d+[.)]\s+\S/)],
    ['sentences', config.sentences, (prose.match(/[.!?]["'”’)\]*_`]*(?=\s|$)/g) ?? []).length],
    ['code blocks', config.codeBlocks, Math.floor(count(/^\s*```/) / 2)],
    ['table rows', config.tableRows, count(/^\s*\|.*\|\s*$/) - count(/^\s*\|[\s:|-]+\|\s*$/)],
  ];
  const results: (string | undefined)[] = [
    ...measured
      .filter(([, range]) => range !== undefined)
      .map(([name, range, value]) =>
        value < (range?.min ?? 0) || value > (range?.max ?? Number.POSITIVE_INFINITY)
          ? `${value} ${name}, not ${range?.min ?? 0} to ${range?.max ?? 'any'}`
          : undefined,
      ),
    ...(config.headings ?? []).map((heading) => (lines.some((line) => headingText(line) === plainHeading(heading)) ? undefined : `no heading "${heading}"`)),
    ...(config.contains ?? []).map((phrase) => (phraseOccurs(phrase, text) ? undefined : `lacks "${phrase}"`)),
    ...(config.excludes ?? []).map((phrase) => (phraseOccurs(phrase, text) ? `has "${phrase}"` : undefined)),
  ];
  const reasons = results.filter((result) => result !== undefined);
  return { score: results.length === 0 ? 1 : (results.length - reasons.length) / results.length, reasons };
}

function headingText(line: string): string | undefined {
  const text = /^\s*#{1,6}\s+(.+?)\s*#*\s*$/.exec(line)?.[1];
  return text === undefined ? undefined : plainHeading(text);
}

function plainHeading(text: string): string {
  return text
    .replace(/[*_`:]/g, '')
    .trim()
    .toLowerCase();
}
