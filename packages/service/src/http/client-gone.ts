/** A signal that is aborted when the client of a request leaves before it has its answer. */
import type { Exchange } from './route.ts';

/** Whoever wants to end the work for another reason aborts it too. */
export function clientGone({ env }: Pick<Exchange, 'env'>): AbortController {
  const gone = new AbortController();
  const { outgoing } = env;
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) gone.abort(new Error('the client is gone'));
  });
  return gone;
}
