/** Says how far a run is where no person watches: a line every tenth. */
import type { Clock } from '@ratchet/core';
import type { ExperimentProgress } from '@ratchet/harness';
import type { Output } from './output.ts';
import { runStatus } from './run-status.ts';

export interface RunProgress extends ExperimentProgress {
  /** Takes away what was shown only meanwhile. */
  end(): void;
}

export function progressLines(output: Output, clock: Clock): RunProgress {
  const status = runStatus(clock);
  let tenths = 0;
  return {
    begin: (units) => status.begin(units),
    advance: (units, costUsd, what, reused) => {
      status.advance(units, costUsd, reused);
      const now = Math.floor(10 * status.share());
      if (now <= tenths) return;
      tenths = now;
      output.note(`${Math.floor(100 * status.share())}%  ${what}  ${status.text()}`);
    },
    end: () => undefined,
  };
}
