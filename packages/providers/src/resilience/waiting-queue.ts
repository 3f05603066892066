/** Callers that wait for their turn, in the order in which they came; one that is aborted leaves, and holds up nobody. */

export interface WaitingQueue<Asked, Turn> {
  /** What the first of them asks for; undefined where nobody waits. */
  first(): Asked | undefined;
  /** The turn of the first. */
  serve(turn: Turn): void;
  /** Rejects with the signal's reason. */
  wait(asked: Asked, signal: AbortSignal | undefined): Promise<Turn>;
}

/** `changed` is called whenever another one may be the first. */
export function waitingQueue<Asked, Turn>(changed: () => void): WaitingQueue<Asked, Turn> {
  const waiting: { readonly asked: Asked; readonly serve: (turn: Turn) => void }[] = [];
  return {
    first: () => waiting[0]?.asked,
    serve: (turn) => waiting.shift()?.serve(turn),
    wait: (asked, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        let served = false;
        const abort = (): void => {
          waiting.splice(waiting.indexOf(one), 1);
          reject(signal?.reason);
          changed();
        };
        const one = {
          asked,
          serve: (turn: Turn): void => {
            served = true;
            signal?.removeEventListener('abort', abort);
            resolve(turn);
          },
        };
        waiting.push(one);
        changed();
        // Most are served at once, and need not be told of an abort.
        if (!served) signal?.addEventListener('abort', abort, { once: true });
      }),
  };
}
