/** Loads what later views need when the page has nothing else to do: they open at once then, and when the service is out of reach too. */
import { loadDrawings } from './elements/figure-view.tsx';

let begun = false;

export function prefetchViews(): void {
  if (begun) return;
  begun = true;
  const load = (): void => {
    // What fails here is asked for again by who needs it.
    Promise.all([loadDrawings().then(({ prepareDrawing }) => prepareDrawing()), import('./learning/live-plot.ts')]).catch(() => undefined);
  };
  if ('requestIdleCallback' in globalThis) requestIdleCallback(load, { timeout: 3000 });
  else load();
}
