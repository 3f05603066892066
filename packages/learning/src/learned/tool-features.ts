/** The tools that a request offers, and how its words meet their names. */
import type { OfferedTools } from '@ratchet/core';

export const toolFeatureCount = 22;

const shortestWord = 3;
const stemLength = 5;

/** Length `toolFeatureCount`; zeros for a request without tools. `words` are those of the text, in lower case. */
export function toolFeatures(tools: OfferedTools | undefined, text: string, words: readonly string[]): Float64Array {
  const features = new Float64Array(toolFeatureCount);
  if (tools === undefined || tools.names.length === 0) return features;
  const { names, parameters, schemaCharacters } = tools;
  const stems = new Set(words.filter((word) => word.length >= shortestWord).map(stem));
  const known = new Set(words);
  const met = names.map((name) => {
    const tokens = nameTokens(name);
    // Short tokens are mostly verbs such as "get" that every tool has.
    const telling = tokens.filter((token) => token.length >= stemLength);
    return {
      words: shareOf(tokens, (token) => known.has(token)),
      stems: shareOf(tokens, (token) => stems.has(stem(token))),
      telling: shareOf(telling, (token) => stems.has(stem(token))),
      hits: telling.filter((token) => stems.has(stem(token))).length,
    };
  });
  const most = (values: readonly number[]): number => values.reduce((highest, value) => Math.max(highest, value), 0);
  const least = (values: readonly number[]): number => values.reduce((lowest, value) => Math.min(lowest, value), 1);
  const perTool = parameters / names.length;
  // What looks like an argument: numbers, names in the middle of a sentence, quotations.
  const properNames = text.match(/(?<=[\p{Ll},] )\p{Lu}\p{L}+/gu)?.length ?? 0;
  const numbers = text.match(/\d[\d.,]*/g)?.length ?? 0;
  const quotations = text.match(/'[^'\n]+'|"[^"\n]+"/g)?.length ?? 0;
  const values = properNames + numbers + quotations;
  features.set([
    1,
    Math.log1p(names.length),
    names.length === 1 ? 1 : 0,
    Math.log1p(parameters),
    perTool,
    Math.log1p(schemaCharacters),
    Math.log1p(schemaCharacters / names.length),
    most(met.map((tool) => tool.words)),
    least(met.map((tool) => tool.words)),
    most(met.map((tool) => tool.stems)),
    most(met.map((tool) => tool.telling)),
    least(met.map((tool) => tool.telling)),
    met.filter((tool) => tool.telling >= 0.5).length,
    met.reduce((sum, tool) => sum + tool.hits, 0),
    names.some((name) => name.includes('.')) ? 1 : 0,
    names.some((name) => name.includes('_')) ? 1 : 0,
    names.some((name) => /[a-z][A-Z]/.test(name)) ? 1 : 0,
    names.reduce((sum, name) => sum + name.length, 0) / names.length / 20,
    Math.log1p(properNames),
    words.filter((word) => word === 'and' || word === 'also' || word === 'then').length,
    Math.log1p(values) - Math.log1p(perTool),
    Math.log1p(words.length) - Math.log1p(parameters),
  ]);
  return features;
}

/** `getWeather` as `get Weather`. */
export function partsApart(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2');
}

function nameTokens(name: string): readonly string[] {
  return partsApart(name)
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((token) => token.length >= shortestWord);
}

function stem(word: string): string {
  return word.slice(0, stemLength);
}

function shareOf(tokens: readonly string[], fits: (token: string) => boolean): number {
  return tokens.length === 0 ? 0 : tokens.filter(fits).length / tokens.length;
}
