/** Ctrl-C: once, what is under way is finished and nothing more begun; once more, the program ends. */
import { exitCodes } from './exit-codes.ts';
import type { Output } from './terminal/output.ts';

export interface Interruption {
  happened(): boolean;
  /** Signals do again what they always do. */
  end(): void;
}

export function interruption(output: Output): Interruption {
  let happened = false;
  const onSignal = (): void => {
    if (happened) process.exit(exitCodes.interrupted);
    happened = true;
    output.error('Stopping after what is under way; once more to stop at once.');
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    happened: () => happened,
    end: () => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
  };
}
