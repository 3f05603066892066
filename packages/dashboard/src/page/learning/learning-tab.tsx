/** Learning: what the service does just now and what its generations came to; or the learning of a run of an experiment. */
import type { RunList } from '@ratchet/service';
import { changeSettings, currentPlace } from '../navigation/current-place.ts';
import { useResource } from '../service/use-resource.ts';
import { RunLearning } from './run-learning.tsx';
import { ServiceLearning } from './service-learning.tsx';

export function LearningTab() {
  const run = currentPlace.value.query['run'];
  const { resource } = useResource<RunList>('/api/runs');
  const runs = resource.kind === 'ready' ? resource.value.runs.filter(({ problem }) => problem === undefined) : [];
  const names = runs.map(({ experiment, run: name }) => `${experiment}/${name}`);
  return (
    <>
      <div class="toolbar">
        <label for="source">Learning of</label>
        <select
          id="source"
          value={run ?? ''}
          onChange={(event) => changeSettings({ run: event.currentTarget.value === '' ? undefined : event.currentTarget.value, generation: undefined })}
        >
          <option value="">this service, live</option>
          {run !== undefined && !names.includes(run) ? <option value={run}>{run}</option> : null}
          {runs.map(({ title, evidence }, index) => (
            <option key={names[index]} value={names[index]}>
              {names[index]}: {title}, {evidence}
            </option>
          ))}
        </select>
      </div>
      {run === undefined ? <ServiceLearning /> : <RunLearning key={run} run={run} />}
    </>
  );
}
