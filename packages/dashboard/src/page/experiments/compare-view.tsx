/** Two policies, of one run or of two: the paired differences, which tasks were gained and lost, and both answers side by side. */
import type { RunComparison, RunList } from '@ratchet/service';
import { Empty, Resourceful } from '../elements/states.tsx';
import { changeSettings, currentPlace } from '../navigation/current-place.ts';
import { placeLink } from '../navigation/place.ts';
import { useResource } from '../service/use-resource.ts';
import { ComparedTasks } from './compared-tasks.tsx';
import { Differences } from './differences.tsx';
import { policyToCompare } from './policy-to-compare.ts';

export function CompareView() {
  const { query } = currentPlace.value;
  const list = useResource<RunList>('/api/runs');
  return (
    <>
      <div class="toolbar">
        <a href={placeLink({ tab: 'experiments', path: [], query: {} })}>All runs</a>
        <h1 class="run-name">Compare</h1>
      </div>
      <Resourceful loaded={list} what="list of runs">
        {(runs) => <Chosen runs={runs} a={sideOf(query['a'], runs)} b={sideOf(query['b'], runs)} />}
      </Resourceful>
    </>
  );
}

interface Side {
  readonly run: string;
  readonly policy: string;
}

/** `EXPERIMENT/RUN:POLICY`; what is left out is the newest run, and its learned policy. */
function sideOf(text: string | undefined, { runs }: RunList): Side {
  const [name = '', policy] = (text ?? '').split(/:(.*)/s);
  const found = runs.find(({ experiment, run }) => `${experiment}/${run}` === name);
  const first = runs.find(({ problem }) => problem === undefined);
  const run = name !== '' ? name : first === undefined ? '' : `${first.experiment}/${first.run}`;
  return { run, policy: policy ?? policyToCompare(found ?? first ?? { policies: [] }) };
}

function Chosen({ runs, a, b }: { readonly runs: RunList; readonly a: Side; readonly b: Side }) {
  const same = a.run === b.run && a.policy === b.policy;
  const text = ({ run, policy }: Side) => `${run}:${policy}`;
  return (
    <>
      <section class="card sides" aria-label="What is compared">
        <SideChoice name="a" label="A" runs={runs} side={a} />
        <SideChoice name="b" label="B" runs={runs} side={b} />
        <button type="button" onClick={() => changeSettings({ a: text(b), b: text(a), task: undefined })}>
          Swap
        </button>
      </section>
      {same ? (
        <section class="card">
          <Empty title="A and B are the same">Choose another run or another policy for one of them: differences are B less A.</Empty>
        </section>
      ) : (
        <Compared key={`${text(a)} ${text(b)}`} path={`/api/compare?a=${encodeURIComponent(text(a))}&b=${encodeURIComponent(text(b))}`} />
      )}
    </>
  );
}

function SideChoice({ name, label, runs: { runs }, side }: { readonly name: 'a' | 'b'; readonly label: string; readonly runs: RunList; readonly side: Side }) {
  const readable = runs.filter(({ problem }) => problem === undefined);
  const run = readable.find((one) => `${one.experiment}/${one.run}` === side.run);
  return (
    <fieldset>
      <legend>{label}</legend>
      <select
        aria-label={`Run of ${label}`}
        value={side.run}
        onChange={(event) => {
          const chosen = readable.find((one) => `${one.experiment}/${one.run}` === event.currentTarget.value);
          const policy = chosen?.policies.includes(side.policy) ? side.policy : policyToCompare(chosen ?? { policies: [] });
          changeSettings({ [name]: `${event.currentTarget.value}:${policy}`, task: undefined });
        }}
      >
        {run === undefined ? <option value={side.run}>{side.run}</option> : null}
        {readable.map((one) => (
          <option key={`${one.experiment}/${one.run}`} value={`${one.experiment}/${one.run}`}>
            {one.experiment}/{one.run}
          </option>
        ))}
      </select>
      <select
        aria-label={`Policy of ${label}`}
        value={side.policy}
        onChange={(event) => changeSettings({ [name]: `${side.run}:${event.currentTarget.value}`, task: undefined })}
      >
        {run?.policies.includes(side.policy) ? null : <option value={side.policy}>{side.policy}</option>}
        {(run?.policies ?? []).map((policy) => (
          <option key={policy} value={policy}>
            {policy}
          </option>
        ))}
      </select>
    </fieldset>
  );
}

function Compared({ path }: { readonly path: string }) {
  const loaded = useResource<RunComparison>(path);
  return (
    <Resourceful loaded={loaded} what="comparison">
      {(comparison) => (
        <>
          {comparison.comparable === true ? null : (
            <p class="notice">
              <strong>Read with care:</strong> {comparison.comparable}. What differs may have other causes than the policies.
            </p>
          )}
          <Differences comparison={comparison} />
          <ComparedTasks comparison={comparison} />
        </>
      )}
    </Resourceful>
  );
}
