/** The trials of a run: filtered, sorted, and one of them in full. */
import type { Summary } from '@ratchet/harness/figures';
import { formatCount, formatMetric } from '@ratchet/harness/measures';
import type { TrialRow } from '@ratchet/service';
import { useEffect, useState } from 'preact/hooks';
import { Empty, Failure, Loading } from '../elements/states.tsx';
import { StrategyTag } from '../elements/strategy-tag.tsx';
import { VirtualRows } from '../elements/virtual-rows.tsx';
import { changeSettings, currentPlace } from '../navigation/current-place.ts';
import { pause } from '../page-clock.ts';
import { TrialView } from './trial-view.tsx';
import { useTrials } from './use-trials.ts';

const choices = {
  phase: { label: 'Phase', values: ['heldout', 'train', 'validation', 'tuning'], texts: { heldout: 'held-out' } },
  status: { label: 'Status', values: ['completed', 'failed', 'unscored'], texts: {} },
  sort: { label: 'Order', values: ['-quality', 'quality', '-costUsd', 'costUsd', '-latencyMs', 'latencyMs'], texts: sortTexts() },
} as const;

function sortTexts(): Readonly<Record<string, string>> {
  return {
    '-quality': 'best first',
    quality: 'worst first',
    '-costUsd': 'dearest first',
    costUsd: 'cheapest first',
    '-latencyMs': 'slowest first',
    latencyMs: 'fastest first',
  };
}

export function TrialsView({ experiment, run, summary }: { readonly experiment: string; readonly run: string; readonly summary: Summary }) {
  const { query } = currentPlace.value;
  const filters = new URLSearchParams(
    ['policy', 'phase', 'status', 'task', 'sort'].flatMap((name) => (query[name] === undefined ? [] : [[name, query[name] as string] as [string, string]])),
  ).toString();
  const path = `/api/runs/${encodeURIComponent(experiment)}/${encodeURIComponent(run)}/trials`;
  const trials = useTrials(path, filters);
  const { total, error } = trials;
  const open = query['trial'];
  const position = query['at'] === undefined ? undefined : Number(query['at']);
  return (
    <div class="trials">
      <section class="card" aria-labelledby="trials-title">
        <h2 id="trials-title">
          Trials <span class="soft">{total === null ? '' : `${formatCount(total)} of ${formatCount(summary.trials.total)}`}</span>
        </h2>
        <div class="toolbar">
          <Choice name="policy" label="Policy" values={Object.keys(summary.policies)} texts={{}} />
          {Object.entries(choices).map(([name, choice]) => (
            <Choice key={name} name={name} {...choice} />
          ))}
          <TaskFilter value={query['task'] ?? ''} />
        </div>
        {error !== null ? (
          <Failure what="No trials" error={error} />
        ) : total === null ? (
          <Loading what="the trials" />
        ) : total === 0 ? (
          <Empty title="No trial is like that">Change the filters above.</Empty>
        ) : (
          <>
            <div class="trial-row head" aria-hidden="true">
              <span>Task</span>
              <span>Policy</span>
              <span>Phase</span>
              <span>Strategy and arm</span>
              <span class="number">Quality</span>
              <span class="number">Cost</span>
              <span class="number">Latency</span>
            </div>
            <VirtualRows
              label="Trials"
              count={total}
              rowHeight={34}
              height={544}
              current={position}
              onSight={trials.show}
              row={(index) => <Row trial={trials.at(index)} />}
              onOpen={(index) => {
                const trial = trials.at(index);
                if (trial !== undefined) changeSettings({ trial: trial.id, at: String(index) });
              }}
            />
          </>
        )}
      </section>
      {open === undefined ? null : (
        <section class="card" aria-label="The trial that is open">
          <div class="toolbar">
            <h2>Trial</h2>
            <button type="button" class="quiet" onClick={() => changeSettings({ trial: undefined, at: undefined })}>
              Close
            </button>
          </div>
          <TrialView experiment={experiment} run={run} trial={open} />
        </section>
      )}
    </div>
  );
}

function Row({ trial }: { readonly trial: TrialRow | undefined }) {
  if (trial === undefined) return <span class="trial-row soft">...</span>;
  return (
    <span class="trial-row">
      <span title={trial.id}>{trial.task}</span>
      <span>{trial.policy}</span>
      <span class="soft">
        {trial.phase === 'heldout' ? 'held-out' : trial.phase}, seed {trial.seed}, gen. {trial.generation}
      </span>
      <span title={trial.arm}>
        <StrategyTag strategy={trial.strategy} /> <span class="soft">{trial.arm.slice(trial.strategy.length + 1)}</span>
      </span>
      <span class="number">{trial.status === 'completed' ? formatMetric('quality', trial.quality) : <span class="bad">{trial.status}</span>}</span>
      <span class="number">{formatMetric('costUsd', trial.costUsd)}</span>
      <span class="number">{formatMetric('latencyMs', trial.latencyMs)}</span>
    </span>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
}

function Choice({ name, label, values, texts }: ChoiceProps) {
  return (
    <label class="choice">
      <span class="soft">{label}</span>
      <select
        value={currentPlace.value.query[name] ?? ''}
        onChange={(event) =>
          changeSettings({ [name]: event.currentTarget.value === '' ? undefined : event.currentTarget.value, trial: undefined, at: undefined })
        }
      >
        <option value="">{name === 'sort' ? 'as run' : 'any'}</option>
        {values.map((value) => (
          <option key={value} value={value}>
            {name === 'sort' && texts[value] !== undefined ? texts[value] : (texts[value] ?? value)}
          </option>
        ))}
      </select>
    </label>
  );
}

function TaskFilter({ value }: { readonly value: string }) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === value) return;
    const left = new AbortController();
    pause(250, left.signal).then(() => left.signal.aborted || changeSettings({ task: text === '' ? undefined : text, trial: undefined, at: undefined }));
    return () => left.abort();
  }, [text]);
  return (
    <label class="choice">
      <span class="soft">Task</span>
      <input type="search" value={text} placeholder="part of its name" onInput={(event) => setText(event.currentTarget.value)} />
    </label>
  );
}
