/** Analyses of requests that came before: what is asked again is not analysed again, and policies know it by its analysis. */
import { analyze, type DetailedAnalysis, type Request } from '@ratchet/core';

export interface KnownAnalyses {
  /**
   * With the id of the request that was first. What is known for one tenant is used for none but that one: not even the time that an answer
   * takes tells what others ask.
   */
  of(request: Request, tenant: string): DetailedAnalysis;
}

/** A few megabytes at most: longer texts are hardly asked twice, and their analyses are large. */
const most = 2048;
const longestText = 4096;

export function knownAnalyses(): KnownAnalyses {
  // In the order of their last use, so that the first is the oldest.
  const known = new Map<string, DetailedAnalysis>();
  return {
    of: (request, tenant) => {
      if (request.text.length > longestText) return analyze(request);
      const key = JSON.stringify([tenant, request.tools ?? null, request.text]);
      const found = known.get(key);
      if (found !== undefined) {
        known.delete(key);
        known.set(key, found);
        return found;
      }
      const analysis = analyze(request);
      known.set(key, analysis);
      if (known.size > most) known.delete(known.keys().next().value as string);
      return analysis;
    },
  };
}
