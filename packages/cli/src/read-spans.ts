/** Reads the local traces of a folder, span by span. */
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseSpanLine, type SpanRecord } from '@ratchet/observability';

/** Those of whose lines all of `texts` are a part. Lines that a crash cut off are passed over. */
export async function* spansIn(folder: string, ...texts: readonly string[]): AsyncGenerator<SpanRecord> {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.jsonl')) continue;
    for await (const line of createInterface({ input: createReadStream(join(folder, name)), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (!texts.every((text) => line.includes(text))) continue;
      const span = parseSpanLine(line);
      if (span !== undefined) yield span;
    }
  }
}
