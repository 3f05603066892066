/** Reads the summary of a run from its folder. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configError, type Summary, summarySchema } from '@ratchet/harness';

/** Throws a `ConfigError` for a summary that is missing, damaged or of another version. */
export function readSummary(directory: string): Summary {
  const file = join(directory, 'summary.json');
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw configError(file, existsSync(file) ? 'the summary is damaged; rebuild it with `experiment report`' : 'the run has no summary yet; finish it first', {
      cause,
    });
  }
  const parsed = summarySchema.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw configError(file, `not a summary of this version: ${issue?.message} (at ${issue?.path.join('.')}). Rebuild it with \`experiment report\``);
  }
  return parsed.data;
}
