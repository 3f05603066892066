/** `weave-sync`: sends what waits in spools, since a service was away, refused it, or a process was killed. */
import { startExport } from '@ratchet/observability';
import { serviceName } from '../compose-tracing.ts';
import { exitCodes } from '../exit-codes.ts';
import { exportEnvironment, missingKey } from '../export-environment.ts';
import { readEnvironment } from '../read-environment.ts';
import { claimSpool, leftSpools, releaseSpool } from '../spool-folders.ts';
import type { Output } from '../terminal/output.ts';
import { exportTimeoutMs } from '../tracing-setting.ts';

/** Exit code 3 when something is still left. */
export async function weaveSyncCommand(words: { readonly json: boolean; readonly minutes: number }, output: Output): Promise<number> {
  const environment = readEnvironment();
  // The run's own may be short, so that nothing waits for a slow service; here there is time.
  const timeoutMs = exportTimeoutMs(environment);
  const rows: { readonly to: string; readonly sent: number; readonly refused: number; readonly left: boolean; readonly problem?: string }[] = [];
  for (const { folder, setting } of leftSpools()) {
    const to = serviceName({ export: setting });
    const missing = missingKey(setting, environment);
    if (missing !== undefined) {
      rows.push({ to, sent: 0, refused: 0, left: true, problem: `${missing} is not set` });
      continue;
    }
    if (!claimSpool(folder, setting)) continue;
    output.note(`traces: sending to ${to}`);
    const report = await startExport({ folder, setting: { ...setting, timeoutMs }, retry: true, share: 1 }, exportEnvironment(setting, environment)).finish(
      60_000 * words.minutes,
    );
    releaseSpool(folder);
    const { sentLines, refusedLines, leftBytes, problem } = report;
    rows.push({ to, sent: sentLines, refused: refusedLines, left: leftBytes > 0, ...(problem === undefined ? {} : { problem }) });
  }
  if (words.json) output.result(JSON.stringify(rows, null, 2));
  else if (rows.length === 0) output.result('Nothing waits to be sent.');
  else
    for (const { to, sent, refused, left, problem } of rows)
      output.result(
        `${to}: ${sent.toLocaleString('en')} records sent${refused === 0 ? '' : `, ${refused} refused`}${left ? ', not all' : ''}${problem === undefined ? '' : ` (${problem})`}`,
      );
  return rows.some(({ left, refused }) => left || refused > 0) ? exitCodes.execution : exitCodes.ok;
}
