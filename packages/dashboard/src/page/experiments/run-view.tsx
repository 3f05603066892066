/** One run: its report as report.html has it, and its trials one by one. */
import type { RunDetail } from '@ratchet/service';
import { Resourceful } from '../elements/states.tsx';
import { currentPlace } from '../navigation/current-place.ts';
import { placeLink } from '../navigation/place.ts';
import { useResource } from '../service/use-resource.ts';
import { RunReport } from './run-report.tsx';
import { TrialsView } from './trials-view.tsx';

const views = ['report', 'trials'] as const;

export function RunView({ experiment, run }: { readonly experiment: string; readonly run: string }) {
  const path = [experiment, run];
  const { query } = currentPlace.value;
  const view = views.find((known) => known === query['view']) ?? 'report';
  const loaded = useResource<RunDetail>(`/api/runs/${path.map(encodeURIComponent).join('/')}`);
  return (
    <>
      <div class="toolbar">
        <a href={placeLink({ tab: 'experiments', path: [], query: {} })}>All runs</a>
        <h1 class="run-name">
          {experiment}/{run}
        </h1>
        <nav class="segments" aria-label="Views of the run">
          {views.map((name) => (
            <a
              key={name}
              href={placeLink({ tab: 'experiments', path, query: name === 'report' ? {} : { view: name } })}
              aria-current={name === view ? 'page' : undefined}
            >
              {name === 'report' ? 'Report' : 'Trials'}
            </a>
          ))}
          <a href={placeLink({ tab: 'learning', path: [], query: { run: `${experiment}/${run}` } })}>Learning</a>
          <a href={placeLink({ tab: 'experiments', path: ['compare'], query: { a: `${experiment}/${run}`, b: `${experiment}/${run}` } })}>Compare</a>
        </nav>
      </div>
      <Resourceful loaded={loaded} what={`run ${experiment}/${run}`}>
        {({ summary }) => (view === 'report' ? <RunReport summary={summary} /> : <TrialsView experiment={experiment} run={run} summary={summary} />)}
      </Resourceful>
    </>
  );
}
