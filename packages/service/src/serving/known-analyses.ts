/** Analyses of requests that came before: what is asked again is not analysed again, and policies know it by its analysis. */
import { analyze, type DetailedAnalysis, type Request } from '@ratchet/core';
import { lateEntries } from './late-entries.ts';

export interface KnownAnalyses {
  /**
   * With the id of the request that was first. What is known for one tenant is used for none but that one: not even the time that an answer
   * takes tells what others ask.
   */
  of(request: Request, tenant: string): DetailedAnalysis;
}

/** A few megabytes at most, for twice as many: longer texts are hardly asked twice, and their analyses are large. */
const fewest = 1024;
const longestText = 4096;

export function knownAnalyses(): KnownAnalyses {
  const known = lateEntries<DetailedAnalysis>(fewest);
  return {
    of: (request, tenant) => {
      if (request.text.length > longestText) return analyze(request);
      const key = keyOf(request, tenant);
      const found = known.get(key);
      if (found !== undefined) return found;
      const analysis = analyze(request);
      known.set(key, analysis);
      return analysis;
    },
  };
}

/** The length of the tenant's name keeps apart what is asked from who asks. */
function keyOf({ text, tools }: Request, tenant: string): string {
  return `${tenant.length} ${tenant} ${tools === undefined ? '' : JSON.stringify(tools)}\n${text}`;
}
