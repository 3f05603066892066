/** Experiments: the runs that are there, one of them, or two of them side by side. */
import { currentPlace } from '../navigation/current-place.ts';
import { CompareView } from './compare-view.tsx';
import { RunListView } from './run-list-view.tsx';
import { RunView } from './run-view.tsx';

export function ExperimentsTab() {
  const [experiment, run] = currentPlace.value.path;
  if (experiment === 'compare' && run === undefined) return <CompareView />;
  if (experiment === undefined || run === undefined) return <RunListView />;
  return <RunView key={`${experiment}/${run}`} experiment={experiment} run={run} />;
}
