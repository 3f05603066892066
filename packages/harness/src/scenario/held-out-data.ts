/** Joins data to learn on with data that is held out as a whole: the same models, on requests that learning never sees. */
import { configError } from './config-error.ts';
import type { RecordedTasks } from './recorded-tasks.ts';
import type { Recording, Scenario, Task } from './scenario.ts';

export interface JoinedData extends RecordedTasks {
  /** Ids of the tasks to learn on that ask what a held-out one asks: they are left out, or the held-out figures would rest on what was learned by heart. */
  readonly leftOut: readonly string[];
}

interface Named {
  readonly folder: string;
  readonly data: RecordedTasks;
}

/**
 * Requests are equal when their texts are, but for case and white space; those whose text is not known, when their ids
 * are. A held-out task whose id another task has is called `heldout/<id>`. Throws a `ConfigError` when the models differ,
 * or when nothing is left to learn on.
 */
export function joinHeldOut(learning: Named, heldout: Named): JoinedData {
  requireSameModels(learning, heldout);
  const asked = new Set(heldout.data.tasks.map(wording));
  const leftOut = learning.data.tasks.filter((task) => asked.has(wording(task))).map(({ id }) => id);
  const left = new Set(leftOut);
  const kept = learning.data.tasks.filter(({ id }) => !left.has(id)).map((task): Task => ({ ...task, purpose: 'learning' }));
  if (kept.length === 0)
    throw configError(learning.folder, `there is nothing to learn on: every request of it stands in the held-out data, ${heldout.folder}, too`);
  const names = namesApart(
    heldout.data.tasks.map(({ id }) => id),
    kept.map(({ id }) => id),
  );
  const nameOf = (id: string) => names.get(id) as string;
  const apart = heldout.data.tasks.map((task): Task => ({ ...task, id: nameOf(task.id), group: nameOf(task.group), purpose: 'heldout' }));
  const originalIds = new Map([...names].map(([id, name]) => [name, id]));
  return {
    tasks: [...kept, ...apart],
    models: learning.data.models,
    recording: joinRecordings(learning.data.recording, heldout.data.recording, originalIds),
    leftOut,
  };
}

/** What reports say of held-out data that asks what the data to learn on asks; undefined where none does. */
export function leftOutWarning({ heldoutData }: Scenario): string | undefined {
  const ids = heldoutData?.leftOut ?? [];
  if (ids.length === 0) return undefined;
  const [some, more] = [ids.slice(0, 5).join(', '), ids.length > 5 ? ', ...' : ''];
  return `${ids.length === 1 ? '1 task of the data to learn on asks' : `${ids.length} tasks of the data to learn on ask`} what a held-out one asks: left out of training and validation (${some}${more})`;
}

/** A name for each id: itself, unless another has it. */
function namesApart(ids: readonly string[], others: readonly string[]): ReadonlyMap<string, string> {
  const clashing = new Set(others);
  const taken = new Set([...ids, ...others]);
  return new Map(
    ids.map((id) => {
      let name = id;
      if (clashing.has(id)) {
        do name = `heldout/${name}`;
        while (taken.has(name));
      }
      taken.add(name);
      return [id, name];
    }),
  );
}

function wording({ id, text }: Task): string {
  const plain = text.trim().replace(/\s+/g, ' ').toLowerCase();
  return plain === '' ? `id ${id}` : `text ${plain}`;
}

function requireSameModels(learning: Named, heldout: Named): void {
  const missing = (from: Named, other: Named): string[] => {
    const names = other.data.models.filter((model) => !from.data.models.includes(model));
    return names.length === 0 ? [] : [`${from.folder} lacks ${names.join(', ')}`];
  };
  const faults = [...missing(learning, heldout), ...missing(heldout, learning)];
  if (faults.length > 0) throw configError(heldout.folder, `the held-out data must be of the same models as the data to learn on: ${faults.join('; ')}`);
}

function joinRecordings(learning: Recording, heldout: Recording, originalIds: ReadonlyMap<string, string>): Recording {
  if (learning.kind === 'outcome-table' && heldout.kind === 'outcome-table') {
    const [first, second] = [learning.table, heldout.table];
    const outcome: typeof first.outcome = (id, model) => {
      const original = originalIds.get(id);
      return original === undefined ? first.outcome(id, model) : second.outcome(original, model);
    };
    return { kind: 'outcome-table', table: { outcome } };
  }
  if (learning.kind === 'recorded-answers' && heldout.kind === 'recorded-answers') {
    const [first, second] = [learning.answers, heldout.answers];
    const text: typeof first.text = (id, model) => {
      const original = originalIds.get(id);
      return original === undefined ? first.text(id, model) : second.text(original, model);
    };
    return { kind: 'recorded-answers', answers: { text } };
  }
  throw new RangeError(`${learning.kind} cannot be joined with ${heldout.kind}`);
}
