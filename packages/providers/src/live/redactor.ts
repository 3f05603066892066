/** Takes keys out of texts, so that none is written or logged whatever a provider or an SDK says. */

/** Shorter ones are no keys, and would take words out of sentences. */
const shortestKey = 6;

export function redactor(keys: readonly (string | undefined)[]): (text: string) => string {
  const known = [...new Set(keys)].filter((key) => key !== undefined && key.length >= shortestKey) as readonly string[];
  return (text) => known.reduce((redacted, key) => redacted.replaceAll(key, '[key]'), text);
}
