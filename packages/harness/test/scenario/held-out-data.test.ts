import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/scenario/config-error.ts';
import { joinHeldOut, leftOutWarning } from '../../src/scenario/held-out-data.ts';
import type { RecordedTasks } from '../../src/scenario/recorded-tasks.ts';
import type { Recording, Task } from '../../src/scenario/scenario.ts';

/** A table whose outcomes say where they come from: of the table called 0.25, every quality is 0.25. */
function table(quality: number, texts: Readonly<Record<string, string>>, models: readonly string[] = ['a', 'b']): RecordedTasks {
  const outcome = (id: string, model: string) =>
    id in texts && models.includes(model) ? { quality, costUsd: 0, latencyMs: 0, inputTokens: 0, outputTokens: 0 } : undefined;
  return {
    tasks: Object.entries(texts).map(([id, text]): Task => ({ id, family: 'all', text, asks: [], group: id })),
    models,
    recording: { kind: 'outcome-table', table: { outcome } },
  };
}

const join = (learning: RecordedTasks, heldout: RecordedTasks) => joinHeldOut({ folder: 'here', data: learning }, { folder: 'there', data: heldout });
const qualityIn = (recording: Recording, id: string) => (recording.kind === 'outcome-table' ? recording.table.outcome(id, 'a')?.quality : undefined);
const purposes = (tasks: readonly Task[]) => tasks.map(({ id, purpose }) => `${id} ${purpose}`);

describe('joinHeldOut', () => {
  it('keeps both apart, and each with its own outcomes', () => {
    const { tasks, models, recording, leftOut } = join(table(0.25, { q1: 'one', q2: 'two' }), table(0.75, { q3: 'three' }, ['b', 'a']));
    expect(purposes(tasks)).toEqual(['q1 learning', 'q2 learning', 'q3 heldout']);
    expect(tasks.map(({ id }) => qualityIn(recording, id))).toEqual([0.25, 0.25, 0.75]);
    expect(qualityIn(recording, 'q4')).toBeUndefined();
    expect(models).toEqual(['a', 'b']);
    expect(leftOut).toEqual([]);
  });

  it('leaves out of learning what a held-out task asks, whatever its case and white space, and all its repeats', () => {
    const { tasks, recording, leftOut } = join(table(0.25, { q1: 'One  and\none', q2: 'two', q3: 'one and one ' }), table(0.75, { q9: 'one and one' }));
    expect(purposes(tasks)).toEqual(['q2 learning', 'q9 heldout']);
    expect(leftOut).toEqual(['q1', 'q3']);
    expect(qualityIn(recording, 'q9')).toBe(0.75);
  });

  it('takes requests without a text for the same when they have one id', () => {
    expect(join(table(0.25, { q1: '', q2: '' }), table(0.75, { q2: '', q3: '' }))).toMatchObject({ leftOut: ['q2'] });
  });

  it('gives held-out tasks names of their own where another has theirs', () => {
    const { tasks, recording } = join(table(0.25, { q1: 'one', 'heldout/q1': 'two' }), table(0.75, { q1: 'three', 'heldout/heldout/q1': 'four' }));
    expect(purposes(tasks)).toEqual(['q1 learning', 'heldout/q1 learning', 'heldout/heldout/heldout/q1 heldout', 'heldout/heldout/q1 heldout']);
    expect(tasks.map(({ id }) => qualityIn(recording, id))).toEqual([0.25, 0.25, 0.75, 0.75]);
  });

  it('names the models that one side lacks', () => {
    const fault = () => join(table(0.25, { q1: 'one' }, ['a', 'b', 'c', 'd']), table(0.75, { q2: 'two' }, ['a', 'b', 'e']));
    expect(fault).toThrow(ConfigError);
    expect(fault).toThrow('the held-out data must be of the same models as the data to learn on: here lacks e; there lacks c, d');
  });

  it('refuses data that leaves nothing to learn on, such as the same folder twice', () => {
    const fault = () => join(table(0.25, { q1: 'one', q2: '' }), table(0.25, { q1: 'one', q2: '' }));
    expect(fault).toThrow(ConfigError);
    expect(fault).toThrow('here: there is nothing to learn on: every request of it stands in the held-out data, there, too');
  });

  it('never lets a request, a group or an id be on both sides, and loses no held-out task', () => {
    const words = fc.constantFrom('', 'x', 'X ', 'y', 'z', 'v w', 'v  W', 'u', 't', 's');
    const ids = fc.constantFrom('1', '2', '3', 'heldout/1', 'heldout/2', 'heldout/heldout/1');
    const texts = fc.dictionary(ids, words, { minKeys: 1 });
    fc.assert(
      fc.property(texts, texts, (learning, heldout) => {
        let joined: ReturnType<typeof join>;
        try {
          joined = join(table(0.25, learning), table(0.75, heldout));
        } catch (error) {
          expect((error as Error).message).toContain('nothing to learn on');
          return;
        }
        const [known, unseen] = [joined.tasks.filter(({ purpose }) => purpose === 'learning'), joined.tasks.filter(({ purpose }) => purpose === 'heldout')];
        const plain = ({ text }: Task) => text.trim().replace(/\s+/g, ' ').toLowerCase();
        const asked = new Set(unseen.map(plain).filter((text) => text !== ''));
        expect(known.some((task) => asked.has(plain(task)))).toBe(false);
        expect(known.some(({ group }) => unseen.some((other) => other.group === group))).toBe(false);
        expect(new Set(joined.tasks.map(({ id }) => id)).size).toBe(joined.tasks.length);
        expect(unseen.map(({ text }) => text)).toEqual(Object.values(heldout));
        expect(known.length + joined.leftOut.length).toBe(Object.keys(learning).length);
        for (const { id } of known) expect(qualityIn(joined.recording, id)).toBe(0.25);
        for (const { id } of unseen) expect(qualityIn(joined.recording, id)).toBe(0.75);
      }),
    );
  });
});

describe('leftOutWarning', () => {
  const of = (leftOut: readonly string[]) => leftOutWarning({ heldoutData: { leftOut } } as Parameters<typeof leftOutWarning>[0]);

  it('says how many tasks were left out, and names the first', () => {
    expect(of(['q1'])).toBe('1 task of the data to learn on asks what a held-out one asks: left out of training and validation (q1)');
    expect(of(['1', '2', '3', '4', '5', '6'])).toBe(
      '6 tasks of the data to learn on ask what a held-out one asks: left out of training and validation (1, 2, 3, 4, 5, ...)',
    );
  });

  it('says nothing where nothing was', () => {
    expect(of([])).toBeUndefined();
    expect(leftOutWarning({} as Parameters<typeof leftOutWarning>[0])).toBeUndefined();
  });
});
