/** A task under two policies: the trials of the same seed, with both answers and traces side by side. */
import type { RunComparison, TrialPage, TrialRow } from '@ratchet/service';
import { Empty, Resourceful } from '../elements/states.tsx';
import { changeSettings, currentPlace } from '../navigation/current-place.ts';
import { type Loaded, useResource } from '../service/use-resource.ts';
import { TrialView } from './trial-view.tsx';

type Side = RunComparison['a'];

export function TaskPair({ comparison: { a, b }, task }: { readonly comparison: RunComparison; readonly task: string }) {
  const loadedA = useTaskTrials(a, task);
  const loadedB = useTaskTrials(b, task);
  const seeds = [...new Set([...seedsOf(loadedA), ...seedsOf(loadedB)])].sort((one, other) => one - other);
  const wanted = Number(currentPlace.value.query['seed']);
  const seed = seeds.includes(wanted) ? wanted : seeds[0];
  return (
    <div class="pair">
      <h3>
        {task}{' '}
        {seeds.length === 0 ? null : (
          <label class="choice">
            <span class="soft">Seed</span>
            <select value={seed} onChange={(event) => changeSettings({ seed: event.currentTarget.value })}>
              {seeds.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
          </label>
        )}
      </h3>
      <div class="pair-sides">
        <OneSide label="A" side={a} loaded={loadedA} seed={seed} task={task} />
        <OneSide label="B" side={b} loaded={loadedB} seed={seed} task={task} />
      </div>
    </div>
  );
}

function useTaskTrials({ experiment, run, policy }: Side, task: string): Loaded<TrialPage> {
  const filters = new URLSearchParams({ policy, task, phase: 'heldout', limit: '1000' });
  return useResource<TrialPage>(`/api/runs/${encodeURIComponent(experiment)}/${encodeURIComponent(run)}/trials?${filters}`);
}

function seedsOf({ resource }: Loaded<TrialPage>): readonly number[] {
  return resource.kind === 'ready' ? resource.value.trials.map(({ seed }) => seed) : [];
}

interface OneSideProps {
  readonly label: string;
  readonly side: Side;
  readonly loaded: Loaded<TrialPage>;
  readonly seed: number | undefined;
  readonly task: string;
}

function OneSide({ label, side, loaded, seed, task }: OneSideProps) {
  return (
    <section aria-label={`${label}: ${side.policy}`}>
      <h4>
        {label}: <code>{side.policy}</code>{' '}
        <span class="soft">
          {side.experiment}/{side.run}
        </span>
      </h4>
      <Resourceful loaded={loaded} what="trials of this task">
        {({ trials }) => {
          const trial = lastTrial(trials, task, seed);
          return trial === undefined ? <Empty title="No trial of this seed" /> : <TrialView experiment={side.experiment} run={side.run} trial={trial.id} />;
        }}
      </Resourceful>
    </section>
  );
}

/** Of the policy as it stood at the end, the first repeat. The filter by task takes parts of names too. */
function lastTrial(trials: readonly TrialRow[], task: string, seed: number | undefined): TrialRow | undefined {
  const own = trials.filter((trial) => trial.task === task && trial.seed === seed);
  const last = Math.max(...own.map(({ generation }) => generation));
  return own.filter(({ generation }) => generation === last).sort((a, b) => a.repeat - b.repeat)[0];
}
