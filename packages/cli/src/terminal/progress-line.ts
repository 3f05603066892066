/** Shows how far a run is: a bar that is redrawn on a terminal, a line every tenth elsewhere. */
import type { Clock } from '@ratchet/core';
import type { ExperimentProgress } from '@ratchet/harness';
import type { Output } from './output.ts';

const redrawMs = 100;
const barWidth = 24;

export interface ProgressLine extends ExperimentProgress {
  /** Takes the bar away. */
  end(): void;
}

export function progressLine(output: Output, clock: Clock): ProgressLine {
  let total = 0;
  let done = 0;
  let reused = 0;
  let costUsd = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let tenths = 0;
  const begun = clock.now();
  const left = (): string => {
    const fresh = done - reused;
    if (fresh < 50) return '';
    const seconds = (((clock.now() - begun) / fresh) * (total - done)) / 1000;
    return `, about ${seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`} left`;
  };
  const status = (what: string): string => `${Math.floor((100 * done) / Math.max(1, total))}%  ${what}  $${costUsd.toFixed(2)} so far${left()}`;
  const draw = (what: string): void => {
    const filled = Math.round((barWidth * done) / Math.max(1, total));
    const columns = process.stderr.columns ?? 80;
    const line = `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] ${status(what)}`;
    process.stderr.write(`\r\u001b[2K${line.slice(0, columns - 1)}`);
  };
  return {
    begin: (units) => {
      total = units;
    },
    advance: (units, cost, what, wasReused) => {
      done += units;
      costUsd += cost;
      if (wasReused) reused += units;
      if (output.live) {
        if (clock.now() - drawnAt < redrawMs) return;
        drawnAt = clock.now();
        draw(what);
      } else if (!output.quiet && Math.floor((10 * done) / Math.max(1, total)) > tenths) {
        tenths = Math.floor((10 * done) / total);
        output.note(status(what));
      }
    },
    end: () => {
      if (output.live) process.stderr.write('\r\u001b[2K');
    },
  };
}
