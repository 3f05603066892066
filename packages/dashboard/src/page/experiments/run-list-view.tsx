/** All runs, the newest first; two of them can be chosen to be compared. */

import { formatCount } from '@ratchet/harness/measures';
import type { RunHead, RunList } from '@ratchet/service';
import { useState } from 'preact/hooks';
import { Estimate } from '../elements/estimate.tsx';
import { ScrollRegion } from '../elements/scroll-region.tsx';
import { Empty, Resourceful } from '../elements/states.tsx';
import { durationText, timeText } from '../elements/time-text.ts';
import { goTo } from '../navigation/current-place.ts';
import { placeLink } from '../navigation/place.ts';
import { useResource } from '../service/use-resource.ts';
import { policyToCompare } from './policy-to-compare.ts';

export function RunListView() {
  const loaded = useResource<RunList>('/api/runs');
  return (
    <section class="card" aria-labelledby="runs-title">
      <h2 id="runs-title">Runs of experiments</h2>
      <Resourceful loaded={loaded} what="list of runs">
        {({ runs }) =>
          runs.length === 0 ? (
            <Empty title="No run is there yet">
              Start one in <a href={placeLink({ tab: 'training', path: [], query: {} })}>Training</a>, or with <code>pnpm experiment code-gen</code>.
            </Empty>
          ) : (
            <Runs runs={runs} />
          )
        }
      </Resourceful>
    </section>
  );
}

function nameOf({ experiment, run }: RunHead): string {
  return `${experiment}/${run}`;
}

function Runs({ runs }: { readonly runs: readonly RunHead[] }) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [filter, setFilter] = useState('');
  const shown = runs.filter((run) => `${nameOf(run)} ${run.title ?? ''}`.toLowerCase().includes(filter.toLowerCase()));
  const choose = (name: string): void => setChosen(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name].slice(-2));
  const compare = (): void => {
    const [a = '', b = a] = chosen.toReversed().map((name) => {
      const run = runs.find((one) => nameOf(one) === name);
      return run === undefined ? name : `${name}:${policyToCompare(run)}`;
    });
    goTo({ tab: 'experiments', path: ['compare'], query: { a: b, b: a } });
  };
  return (
    <>
      <div class="toolbar">
        <input
          type="search"
          aria-label="Filter runs by name"
          placeholder="Filter by name"
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
        <button type="button" disabled={chosen.length === 0} onClick={compare}>
          {chosen.length < 2 ? 'Compare two runs, or two policies of one' : `Compare ${chosen.join(' with ')}`}
        </button>
      </div>
      {shown.length === 0 ? <Empty title={`No run's name has "${filter}"`} /> : <RunTable runs={shown} chosen={chosen} onChoose={choose} />}
    </>
  );
}

function RunTable({
  runs,
  chosen,
  onChoose,
}: {
  readonly runs: readonly RunHead[];
  readonly chosen: readonly string[];
  readonly onChoose: (name: string) => void;
}) {
  return (
    <ScrollRegion label="Runs">
      <table class="runs">
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">Compare</span>
            </th>
            <th scope="col">Run</th>
            <th scope="col">Answers</th>
            <th scope="col">Begun</th>
            <th scope="col" class="number">
              Size
            </th>
            <th scope="col" class="number">
              Utility, learned
            </th>
            <th scope="col" class="number">
              Utility, baseline
            </th>
            <th scope="col" class="number">
              Quality, 0 to 1
            </th>
            <th scope="col" class="number">
              Cost, US$ a task
            </th>
            <th scope="col">Gate</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={nameOf(run)} run={run} chosen={chosen.includes(nameOf(run))} onChoose={onChoose} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function RunRow({ run, chosen, onChoose }: { readonly run: RunHead; readonly chosen: boolean; readonly onChoose: (name: string) => void }) {
  const name = nameOf(run);
  if (run.problem !== undefined)
    return (
      <tr>
        <td />
        <th scope="row">{name}</th>
        <td colSpan={8} class="soft">
          cannot be read: {run.problem}
        </td>
      </tr>
    );
  const { title, evidence, startedAt, durationMs, tasks, seeds, generations, learned, baseline, gate, complete } = run;
  return (
    <tr class={chosen ? 'focus' : ''}>
      <td>
        <input type="checkbox" checked={chosen} aria-label={`Compare ${name}`} onChange={() => onChoose(name)} />
      </td>
      <th scope="row">
        <a href={placeLink({ tab: 'experiments', path: [run.experiment, run.run], query: {} })}>{name}</a>
        <span class="range">{title}</span>
      </th>
      <td>
        <span class={`evidence ${evidence}`}>{evidence}</span>
      </td>
      <td>
        {startedAt === null ? '-' : timeText(startedAt)}
        {durationMs === null ? null : <span class="range">took {durationText(durationMs)}</span>}
      </td>
      <td class="number">
        {tasks === null ? '-' : formatCount(tasks)} tasks
        <span class="range">
          {seeds ?? '-'} seeds, {generations ?? '-'} generations
        </span>
      </td>
      <td class="number">
        <Estimate metric="utility" interval={learned?.utility} />
      </td>
      <td class="number">
        <Estimate metric="utility" interval={baseline?.utility} />
      </td>
      <td class="number">
        <Estimate metric="quality" interval={learned?.quality} />
      </td>
      <td class="number">
        <Estimate metric="costUsd" interval={learned?.costUsd} />
      </td>
      <td>
        {gate === null ? '-' : gate ? <span class="good">passed</span> : <span class="bad">failed</span>}
        {complete ? null : <span class="range">not whole</span>}
      </td>
    </tr>
  );
}
