/** A signal that is aborted when the client of a request leaves before it has its answer. */
import type { HttpContext } from './route.ts';

export function clientGone({ env }: HttpContext): AbortSignal {
  const gone = new AbortController();
  const { outgoing } = env;
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort(new Error('the client is gone'));
  });
  return gone.signal;
}
