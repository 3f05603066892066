/** The trials of a run, page by page, as they come into sight. */
import type { TrialPage, TrialRow } from '@ratchet/service';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ask } from '../service/request.ts';

const pageLength = 200;

export interface Trials {
  /** null until the first page is there. */
  readonly total: number | null;
  /** undefined while it is loaded. */
  readonly at: (index: number) => TrialRow | undefined;
  readonly show: (first: number, last: number) => void;
  readonly error: unknown;
}

export function useTrials(path: string, filters: string): Trials {
  const pages = useRef(new Map<number, readonly TrialRow[] | 'asked'>());
  const [state, setState] = useState<{ readonly total: number | null; readonly error: unknown; readonly of: string }>({ total: null, error: null, of: '' });
  const name = `${path}?${filters}`;
  const current = useRef(name);
  const load = useCallback(
    (page: number): void => {
      if (pages.current.has(page)) return;
      pages.current.set(page, 'asked');
      ask<TrialPage>(`${path}?${filters}${filters === '' ? '' : '&'}offset=${page * pageLength}&limit=${pageLength}`).then(
        ({ total, trials }) => {
          if (current.current !== name) return;
          pages.current.set(page, trials);
          setState({ total, error: null, of: name });
        },
        (error: unknown) => {
          if (current.current !== name) return;
          pages.current.delete(page);
          setState({ total: null, error, of: name });
        },
      );
    },
    [path, filters, name],
  );
  useEffect(() => {
    current.current = name;
    pages.current = new Map();
    load(0);
  }, [name, load]);
  const show = useCallback(
    (first: number, last: number): void => {
      for (let page = Math.floor(first / pageLength); page <= Math.floor(Math.max(first, last) / pageLength); page++) load(page);
    },
    [load],
  );
  const known = state.of === name;
  return {
    total: known ? state.total : null,
    error: known ? state.error : null,
    at: (index) => {
      const page = pages.current.get(Math.floor(index / pageLength));
      return page === undefined || page === 'asked' ? undefined : page[index % pageLength];
    },
    show,
  };
}
