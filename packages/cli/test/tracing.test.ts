import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectorKey, type WeaveCollector, weaveCollector } from '../../observability/test/weave-collector.ts';
import { type Ended, filesOf, newPlace, onlyRun, type Place, tinyExperiment, tinyScenario } from './ratchet.ts';

const key = `${'sk'}-proj-not-a-real-key-0123456789`;
const env = { OPENAI_API_KEY: key };
const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** All text of all traces and spools. */
function tracesOf(place: Place): string {
  return ['traces', 'spool']
    .map((name) => join(place.home, name))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

describe('an experiment', () => {
  const experiment = tinyExperiment();
  const words = ['experiment', experiment];
  const [traced, untraced, threaded] = [newPlace(), newPlace(), newPlace()];
  let ends: readonly Ended[];
  beforeAll(async () => {
    ends = [
      await traced.run([...words, '--content'], { env }),
      await untraced.run([...words, '--no-trace']),
      await threaded.run([...words, '--threads', '2', '--no-content'], { env }),
    ];
  });

  test('comes to the same with and without traces, in one thread or several', () => {
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
    const bytesOf = (place: Place) => {
      const { 'trials.jsonl': trials, 'profiles.jsonl': profiles, 'improvement.csv': improvement, 'generations.csv': generations } = filesOf(onlyRun(place));
      return { trials, profiles, improvement, generations };
    };
    expect(bytesOf(traced)).toEqual(bytesOf(untraced));
    expect(bytesOf(threaded)).toEqual(bytesOf(untraced));
    expect(existsSync(untraced.home)).toBe(false);
  });

  test.each([
    ['one thread', traced],
    ['several', threaded],
  ])('writes every trial of %s as a tree', (_what, place) => {
    const spans = linesOf(tracesOf(place)).map((line) => JSON.parse(line) as { name: string; parentId: string | null; attributes: { trialId?: string } });
    const logged = linesOf(readFileSync(join(onlyRun(place), 'trials.jsonl'), 'utf8')).map((line) => (JSON.parse(line) as { id: string }).id);
    expect(spans.flatMap(({ attributes: { trialId } }) => trialId ?? []).sort()).toEqual([...logged].sort());
    expect(spans.filter(({ parentId }) => parentId === null).every(({ name }) => name === 'trial')).toBe(true);
    expect(new Set(spans.map(({ name }) => name))).toEqual(new Set(['trial', 'request', 'execute', 'model call', 'score']));
  });

  test('keeps prompts and answers where it is told to, no word of them elsewhere, and no key anywhere', () => {
    const content = /"(messages|answer)":|Which city is the capital of|Lima/;
    expect(tracesOf(traced)).toMatch(content);
    expect(tracesOf(threaded)).not.toMatch(content);
    expect(tracesOf(threaded).length).toBeGreaterThan(1_000);
    for (const place of [traced, threaded]) expect(tracesOf(place)).not.toContain(key);
  });

  test('can be looked at: the slowest, the dearest, one trial as a tree', async () => {
    const { code, stdout } = await traced.run(['traces']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tiny\/\w+: \d+ traces, \d+ steps/);
    for (const title of ['Slowest', 'Dearest']) expect(stdout).toContain(title);
    const id = linesOf(readFileSync(join(onlyRun(traced), 'trials.jsonl'), 'utf8')).map((line) => (JSON.parse(line) as { id: string }).id)[0] as string;
    const tree = await traced.run(['traces', '--tree', id, '--json']);
    const parsed = JSON.parse(tree.stdout) as { tree: readonly { depth: number; span: { name: string; attributes: { trialId?: string } } }[] };
    expect(parsed.tree[0]?.span).toMatchObject({ name: 'trial', attributes: { trialId: id } });
    const wrong = await traced.run(['traces', 'no-such-run']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('There are: tiny/')]);
  });
});

describe('a finished run', () => {
  let collector: WeaveCollector;
  beforeAll(async () => {
    collector = await weaveCollector({ keepText: true });
  });
  afterAll(() => collector.close());

  test('is told to Weave from its folder, the same however often: policies side by side, their history, no words of tasks', async () => {
    const place = newPlace();
    const words = ['experiment', tinyExperiment({ generations: '2' }), '--no-trace'];
    expect((await place.run(words)).code).toBe(0);
    const run = onlyRun(place);
    const weave = { WEAVE_PROJECT: 'team/project', WANDB_API_KEY: collectorKey, WF_TRACE_SERVER_URL: collector.url };
    const told = await place.run(['report', run, '--to', 'weave'], { env: weave });
    expect(told.stderr).toContain('records sent to Weave (team/project)');
    expect(told.code).toBe(0);
    const callsOf = (op: string) => [...collector.calls.values()].filter(({ start }) => start?.op_name.includes(`/op/${op}:`));
    const evaluations = callsOf('Evaluation.evaluate');
    // The baseline, and what learned before and after.
    expect(evaluations).toHaveLength(3);
    expect(new Set(evaluations.map(({ start }) => start?.inputs['self'])).size).toBe(1);
    for (const { start } of evaluations)
      expect(start?.attributes).toMatchObject({
        experiment: 'tiny',
        seeds: [1],
        answers: 'simulated',
        dataSha256: expect.any(String),
        policySha256: expect.any(String),
      });
    const heldout = linesOf(readFileSync(join(run, 'trials.jsonl'), 'utf8'))
      .map((line) => JSON.parse(line) as { phase: string; policy: string; task: string; quality: number; generation: number })
      .filter(({ phase, policy, generation }) => phase === 'heldout' && policy === 'learned' && generation === 2);
    const mean = heldout.reduce((sum, { quality }) => sum + quality, 0) / heldout.length;
    const last = evaluations.find(({ start }) => start?.attributes['policy'] === 'learned' && start.attributes['generation'] === 2);
    expect(last?.end?.output).toMatchObject({ quality: { mean: expect.closeTo(mean, 12) } });
    expect(
      callsOf('generation')
        .map(({ start }) => start?.inputs['generation'])
        .sort(),
    ).toEqual([0, 1]);
    expect(collector.objects.filter(({ name }) => name === 'policy-learned').length).toBeGreaterThanOrEqual(3);
    expect(collector.objects.filter(({ name }) => name === 'strategy-heatmap-learned').length).toBeGreaterThan(0);
    expect(callsOf('strategy_heatmap').map(({ end }) => end?.output)).toMatchObject([{ weave_type: { type: 'PIL.Image.Image' } }]);
    // Of every task but the menu's.
    expect(readFileSync(join(tinyScenario, 'tasks', 'tasks.yaml'), 'utf8')).toContain('Which city is the capital of');
    expect(collector.received()).toContain('capital-france');
    expect(collector.received()).not.toContain('Which city is the capital of');
    const before = collector.calls.size;
    expect((await place.run(['report', run, '--to', 'weave'], { env: weave })).code).toBe(0);
    expect(collector.calls.size).toBe(before);
  });
});

test('an environment that says what cannot be is refused before anything is run', async () => {
  const place = newPlace();
  const { code, stderr } = await place.run(['experiment', tinyExperiment()], { env: { WEAVE_PROJECT: 'no-entity' } });
  expect([code, stderr]).toEqual([2, expect.stringContaining('WEAVE_PROJECT must be entity/project')]);
  expect(existsSync(place.results)).toBe(false);
});
