/** What the service answers at a path, loaded again when it was lost and is back, and when it is asked for. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { reconnections } from './connection.ts';
import { ask } from './request.ts';

export type Resource<Value> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly value: Value }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface Loaded<Value> {
  readonly resource: Resource<Value>;
  readonly reload: () => void;
}

/** null asks for nothing yet. While a path is loaded again, what was there stays. */
export function useResource<Value>(path: string | null): Loaded<Value> {
  const [state, setState] = useState<{ readonly path: string | null; readonly resource: Resource<Value> }>({ path: null, resource: { kind: 'loading' } });
  const [turn, setTurn] = useState(0);
  const latest = useRef(path);
  latest.current = path;
  const back = reconnections.value;
  useEffect(() => {
    if (path === null) return;
    const left = new AbortController();
    ask<Value>(path, { signal: left.signal }).then(
      (value) => {
        if (latest.current === path) setState({ path, resource: { kind: 'ready', value } });
      },
      (error: unknown) => {
        if (!left.signal.aborted) setState({ path, resource: { kind: 'failed', error } });
      },
    );
    return () => left.abort();
  }, [path, turn, back]);
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  return { resource: state.path === path ? state.resource : { kind: 'loading' }, reload };
}
