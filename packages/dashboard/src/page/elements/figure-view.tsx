/** A drawing of the harness' reports, drawn when it comes into sight. */
import type { Figure } from '@ratchet/harness/figures';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { reconnections } from '../service/connection.ts';
import { Markup } from './markup.tsx';
import { Failure } from './states.tsx';

/** The functions that draw, which only those load who look at a drawing. */
export type Drawings = typeof import('@ratchet/harness/figures');

export function loadDrawings(): Promise<Drawings> {
  return import('@ratchet/harness/figures');
}

interface FigureViewProps {
  /** Another function is another drawing: memoised by who gives it. */
  readonly draw: (drawings: Drawings) => Promise<Figure>;
  /** In the place of what stands there until it is drawn, so that nothing jumps. */
  readonly height: number;
  readonly children?: ComponentChildren;
}

export function FigureView({ draw, height, children }: FigureViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  const [html, setHtml] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (host.current === null) return;
    const observer = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && setNear(true), { rootMargin: '400px' });
    observer.observe(host.current);
    return () => observer.disconnect();
  }, []);
  // What is asked for again before it was drawn is drawn all the same, or data that move would never be seen.
  const back = reconnections.value;
  const turns = useRef({ asked: 0, shown: 0 });
  useEffect(() => {
    if (!near) return;
    const turn = ++turns.current.asked;
    const show = (action: () => void): void => {
      if (turn < turns.current.shown) return;
      turns.current.shown = turn;
      action();
    };
    loadDrawings()
      .then(async (drawings) => drawings.htmlFigure(await draw(drawings)))
      .then(
        (drawn) =>
          show(() => {
            setHtml(drawn);
            setError(null);
          }),
        (fault: unknown) => show(() => setError(fault)),
      );
  }, [near, draw, back]);
  return (
    <div ref={host} class="report figure" style={html === null ? { minHeight: `${height}px` } : {}}>
      {error === null ? (
        html === null ? (
          <div class="skeleton" style={{ height: `${height}px` }} aria-hidden="true" />
        ) : (
          <Markup html={html} />
        )
      ) : (
        <Failure what="No drawing" error={error} />
      )}
      {children}
    </div>
  );
}
