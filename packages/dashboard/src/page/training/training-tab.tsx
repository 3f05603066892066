/** Training: starts a generation of training or an experiment, follows it, and stops it. */
import type { JobList } from '@ratchet/service';
import { useEffect, useState } from 'preact/hooks';
import { Empty, Resourceful } from '../elements/states.tsx';
import { changeSettings, currentPlace } from '../navigation/current-place.ts';
import { useResource } from '../service/use-resource.ts';
import { JobForm } from './job-form.tsx';
import { JobRow } from './job-row.tsx';
import { JobView } from './job-view.tsx';

export function TrainingTab() {
  const loaded = useResource<JobList>('/api/jobs');
  const { reload, resource } = loaded;
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (turn > 0) reload();
  }, [turn, reload]);
  const jobs = resource.kind === 'ready' ? resource.value.jobs : [];
  const running = jobs.find(({ state }) => state === 'running');
  const wanted = currentPlace.value.query['job'];
  const shown = jobs.find(({ id }) => id === wanted) ?? running ?? jobs[0];
  const changed = (): void => setTurn((count) => count + 1);
  return (
    <div class="training">
      <div class="column">
        <JobForm
          running={running}
          onStarted={(id) => {
            changeSettings({ job: id });
            changed();
          }}
        />
        <section class="card" aria-labelledby="jobs-title">
          <h2 id="jobs-title">Jobs</h2>
          <Resourceful loaded={loaded} what="list of jobs">
            {() =>
              jobs.length === 0 ? (
                <Empty title="No job yet">What is started here is listed until the service ends; runs of experiments stay.</Empty>
              ) : (
                <ul class="jobs">
                  {jobs.map((job) => (
                    <JobRow key={job.id} job={job} open={job.id === shown?.id} onOpen={() => changeSettings({ job: job.id })} />
                  ))}
                </ul>
              )
            }
          </Resourceful>
        </section>
      </div>
      <div class="column">{shown === undefined ? null : <JobView key={shown.id} job={shown} onChanged={changed} />}</div>
    </div>
  );
}
