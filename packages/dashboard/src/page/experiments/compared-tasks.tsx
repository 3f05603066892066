/** Task by task: what was gained and lost between two policies, and the trials behind a task. */
import { formatMetric } from '@ratchet/harness/measures';
import type { RunComparison } from '@ratchet/service';
import { useMemo } from 'preact/hooks';
import { Empty } from '../elements/states.tsx';
import { VirtualRows } from '../elements/virtual-rows.tsx';
import { changeSettings, currentPlace } from '../navigation/current-place.ts';
import { TaskPair } from './task-pair.tsx';

const kinds = ['all', 'lost', 'gained'] as const;

export function ComparedTasks({ comparison }: { readonly comparison: RunComparison }) {
  const { query } = currentPlace.value;
  const kind = kinds.find((known) => known === query['tasks']) ?? 'all';
  const { gained, lost, tasks } = comparison;
  const sets = useMemo(() => ({ gained: new Set(gained), lost: new Set(lost) }), [gained, lost]);
  const shown = useMemo(() => (kind === 'all' ? tasks : tasks.filter(({ task }) => sets[kind].has(task))), [kind, tasks, sets]);
  const counts = { all: tasks.length, lost: lost.length, gained: gained.length };
  const open = query['task'];
  return (
    <section class="card" aria-labelledby="compared-title">
      <h2 id="compared-title">Tasks</h2>
      <fieldset class="segments" aria-label="Which tasks">
        {kinds.map((name) => (
          <button key={name} type="button" aria-pressed={name === kind} onClick={() => changeSettings({ tasks: name === 'all' ? undefined : name })}>
            {name === 'all' ? 'All' : name === 'lost' ? 'Lost by B' : 'Gained by B'} {counts[name]}
          </button>
        ))}
      </fieldset>
      <p class="soft">Gained and lost by quality; in the order of utility lost, then gained. A task opens the trials of both sides.</p>
      {shown.length === 0 ? (
        <Empty title="No such task" />
      ) : (
        <>
          <div class="pair-row head" aria-hidden="true">
            <span>Task</span>
            <span>Family</span>
            <span class="number">Quality A, B</span>
            <span class="number">Cost A, B</span>
            <span class="number">Latency A, B</span>
            <span class="number">Utility, B less A</span>
          </div>
          <VirtualRows
            label="Tasks compared"
            count={shown.length}
            rowHeight={34}
            height={360}
            current={shown.findIndex(({ task }) => task === open)}
            onOpen={(index) => changeSettings({ task: shown[index]?.task })}
            row={(index) => <Row pair={shown[index]} />}
          />
        </>
      )}
      {open === undefined ? null : <TaskPair key={open} comparison={comparison} task={open} />}
    </section>
  );
}

function Row({ pair }: { readonly pair: RunComparison['tasks'][number] | undefined }) {
  if (pair === undefined) return null;
  const { task, family, a, b, utility } = pair;
  const both = (metric: 'quality' | 'costUsd' | 'latencyMs') => `${formatMetric(metric, a[metric])}, ${formatMetric(metric, b[metric])}`;
  return (
    <span class="pair-row">
      <span>{task}</span>
      <span class="soft">{family ?? '-'}</span>
      <span class="number">{both('quality')}</span>
      <span class="number">{both('costUsd')}</span>
      <span class="number">{both('latencyMs')}</span>
      <span class={`number ${utility === null || Math.abs(utility) < 5e-4 ? '' : utility > 0 ? 'good' : 'bad'}`}>
        {utility === null ? '-' : `${utility > 0 ? '+' : ''}${formatMetric('utility', utility)}`}
      </span>
    </span>
  );
}
