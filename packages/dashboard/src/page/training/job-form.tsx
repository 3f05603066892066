/** Starts a job: training on the scenario's tasks, or an experiment. */
import type { ExperimentList, Job, JobWish } from '@ratchet/service';
import { useState } from 'preact/hooks';
import { Failure, Resourceful } from '../elements/states.tsx';
import { changeSettings, currentPlace } from '../navigation/current-place.ts';
import { me } from '../service/me.ts';
import { ask } from '../service/request.ts';
import { useResource } from '../service/use-resource.ts';
import { wishOf } from './job-wish.ts';

interface JobFormProps {
  readonly running: Job | undefined;
  readonly onStarted: (id: string) => void;
}

export function JobForm({ running, onStarted }: JobFormProps) {
  const kind = currentPlace.value.query['kind'] === 'experiment' ? 'experiment' : 'train';
  const [error, setError] = useState<unknown>(null);
  const [sending, setSending] = useState(false);
  const start = async (wish: JobWish): Promise<void> => {
    setSending(true);
    setError(null);
    try {
      onStarted((await ask<Job>('/api/jobs', { body: wish })).id);
    } catch (fault) {
      setError(fault);
    } finally {
      setSending(false);
    }
  };
  return (
    <section class="card" aria-labelledby="start-title">
      <h2 id="start-title">Start</h2>
      <fieldset class="segments" aria-label="What to start">
        <button type="button" aria-pressed={kind === 'train'} onClick={() => changeSettings({ kind: undefined })}>
          Training
        </button>
        <button type="button" aria-pressed={kind === 'experiment'} onClick={() => changeSettings({ kind: 'experiment' })}>
          Experiment
        </button>
      </fieldset>
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
          const fields = Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]));
          const wish = wishOf({ ...fields, kind });
          if (wish.kind === 'faulty') setError(new Error(wish.why));
          else void start(wish.wish);
        }}
      >
        {kind === 'train' ? <TrainFields /> : <ExperimentFields />}
        {me.value?.provider === 'live' ? <p class="notice">Live models answer: this costs money. A budget stops it before it costs more.</p> : null}
        {error === null ? null : <Failure what="Not started" error={error} />}
        <div class="actions">
          <button type="submit" class="primary" disabled={running !== undefined || sending}>
            Start
          </button>
          {running === undefined ? null : <span class="soft">One job runs at a time: "{running.title}" is under way.</span>}
        </div>
      </form>
    </section>
  );
}

function TrainFields() {
  return (
    <>
      <p class="soft">
        Executes tasks of {me.value?.scenario ?? 'the scenario'} with what the service explores now, scores the answers, and makes a generation of the log.
      </p>
      <label>
        Tasks
        <input name="tasks" type="number" min={0} max={10000} step={1} defaultValue="60" required />
      </label>
    </>
  );
}

function ExperimentFields() {
  const loaded = useResource<ExperimentList>('/api/experiments');
  return (
    <Resourceful loaded={loaded} what="list of experiments">
      {({ experiments }) => (
        <>
          <p class="soft">
            Compares policies on held-out tasks, beside the service: what serves does not change by it. What is left empty is as the experiment has it.
          </p>
          <label>
            Experiment
            <select name="name" required>
              {experiments.map(({ name, title, generations, seeds }) => (
                <option key={name} value={name}>
                  {name}: {title} ({generations} generations, {seeds} seeds)
                </option>
              ))}
            </select>
          </label>
          <div class="field-row">
            <label>
              Tasks at most
              <input name="limit" type="number" min={1} step={1} placeholder="all" />
            </label>
            <label>
              Seeds
              <input name="seeds" type="number" min={1} max={100} step={1} placeholder="as stated" />
            </label>
            <label>
              Generations
              <input name="generations" type="number" min={0} max={100} step={1} placeholder="as stated" />
            </label>
            <label>
              Budget, US$
              <input name="budgetUsd" type="number" min={0} step="any" placeholder="none" />
            </label>
          </div>
        </>
      )}
    </Resourceful>
  );
}
