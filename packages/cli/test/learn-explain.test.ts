import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '@ratchet/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { newFolder, newPlace, tinyScenario } from './ratchet.ts';

const shares = { 'direct/small': 0.5, 'direct/large': 0.3, 'batch/small': 0.2 };
type ArmId = keyof typeof shares;

/** Sums are answered as well by the small model, menus are not. */
function lineOf(index: number, arm: ArmId) {
  const sum = index % 2 === 0;
  const right = seededRandom('cli log', index, arm).uniform() < (arm === 'direct/large' || sum ? 0.95 : 0.3);
  const request = sum
    ? `Add ${index} and ${index + 3}, then double it.`
    : `Write a menu for evening ${index}: a soup, a main course, and a dessert. Then list what to buy.`;
  return { id: `call-${index}`, request, arm, quality: right ? 1 : 0, costUsd: arm === 'direct/large' ? 0.02 : 0.001, latencyMs: 1000 };
}

const drawn = (index: number): ArmId => {
  const draw = seededRandom('cli log draw', index).uniform();
  return draw < 0.5 ? 'direct/small' : draw < 0.8 ? 'direct/large' : 'batch/small';
};
const bandit = Array.from({ length: 160 }, (_, index) => ({ ...lineOf(index, drawn(index)), propensities: shares }));
const full = Array.from({ length: 40 }, (_, index) => index).flatMap((index) => (Object.keys(shares) as ArmId[]).map((arm) => lineOf(index, arm)));
/** Each without the propensities of the arms, with that of the arm chosen. */
const scalar = bandit.slice(0, 60).map(({ propensities, ...line }) => ({ ...line, propensity: propensities[line.arm] }));
const without = bandit.slice(0, 60).map(({ propensities: _all, ...line }) => line);

function fileOf(lines: readonly unknown[], name = 'calls.jsonl'): string {
  return join(newFolder({ [name]: lines.map((line) => `${JSON.stringify(line)}\n`).join('') }), name);
}

const place = newPlace();
const menu = 'Write a menu for Sunday: a soup, a main course, and a dessert. Then list what to buy.';

describe('learn --log, then explain', () => {
  let report: { readonly difference: Readonly<Record<string, { readonly value: number; readonly effectiveSampleSize: number }>> };

  beforeAll(async () => {
    // Ten answers are judged later, and a line comes twice.
    const lines = [...bandit.map((line, index) => (index < 10 ? { ...line, quality: null } : line)), ...bandit.slice(0, 10), bandit[20]];
    const { code, stdout, stderr } = await place.call(['learn', '--log', fileOf(lines), '--batch', '90', '--json']);
    expect(stderr).not.toContain('warning');
    expect(code).toBe(0);
    report = JSON.parse(stdout);
  });

  it('counts what it read, and estimates the policy against the best single arm', () => {
    expect(report).toMatchObject({
      name: 'calls',
      lines: 171,
      outcomes: 160,
      requests: 160,
      arms: 3,
      duplicates: 1,
      lateFeedback: 10,
      unjudged: 0,
      generation: 2,
      feedback: 'bandit',
      supportChecked: true,
      assumedPropensities: 0,
    });
    expect(report).toMatchObject({ bestArms: ['direct/large'], objective: { kind: 'constrained', floor: { kind: 'best-arm', margin: 0.02 } } });
    const { costUsd, quality } = report.difference;
    for (const verdict of [costUsd, quality]) {
      expect(verdict).toMatchObject({ kind: 'estimated', decisions: 160, effectiveSampleSize: expect.any(Number), unsupportedMass: 0 });
      expect(verdict?.effectiveSampleSize).toBeLessThan(160);
    }
    // Half of the requests need the large model no more.
    expect(costUsd?.value).toBeLessThan(0);
  });

  it('saves generations that explain can load, by the name of the log', async () => {
    expect(readdirSync(join(place.home, 'learned', 'calls')).sort()).toEqual([
      'generation-0000.json',
      'generation-0001.json',
      'generation-0002.json',
      'task.json',
    ]);
    const { code, stdout } = await place.call(['explain', menu, '--name', 'calls', '--json']);
    expect(code).toBe(0);
    const { learned, chosen, ...explained } = JSON.parse(stdout);
    expect(explained).toMatchObject({ trainedOn: 'calls', generation: 2, coverage: 0.9 });
    const values = learned.arms.map(({ value }: { value: number }) => value);
    expect(values).toEqual(values.toSorted((a: number, b: number) => b - a));
    for (const arm of learned.arms) {
      expect(arm.value).toBeCloseTo(arm.quality.expected - learned.priceOfQuality * arm.price, 9);
      expect(arm.costUsd.interval).toMatchObject({ kind: 'interval', low: expect.any(Number), high: expect.any(Number) });
    }
    expect(chosen).toBe(learned.arms[0].armId);
    for (const shareOf of [explained.strategies, explained.models])
      expect(Object.values<number>(shareOf).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(Object.keys(explained.models).sort()).toEqual(['large', 'small']);
  });

  it('explains in words: the arm and why, a table, the limits, the selectors', async () => {
    const { code, stdout, stderr } = await place.run(['explain', menu, '--name', 'calls']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^direct\/large: .*quality/);
    // One arm is left out: another one as cheap is better on the mean.
    expect(stdout).toMatch(/^arm +quality \(90% of answers\) +cost +latency +price +value +exploring +may serve$/m);
    expect(stdout).toMatch(/^direct\/large .* yes$/m);
    expect(stdout).toMatch(/^direct\/small .* no$/m);
    for (const arm of Object.keys(shares))
      expect(stdout).toMatch(new RegExp(`^${arm} +[01]\\.\\d\\d ± 0\\.\\d\\d \\([01]\\.\\d\\d to [01]\\.\\d\\d\\)  \\$`, 'm'));
    expect(stdout).toMatch(/^floor \(best-arm, direct\/large\): quality 0\.\d+ .*: met$/m);
    expect(stdout).toMatch(/^strategy selector, while exploring: direct \d+%, batch [\d.]+%$/m);
    expect(stderr).toContain('calls, generation 2');
  });

  it('says that generation 0 knows nothing yet', async () => {
    const { code, stdout } = await place.call(['explain', menu, '--name', 'calls', '--generation', '0', '--json']);
    expect([code, JSON.parse(stdout).learned]).toEqual([0, null]);
    expect(JSON.parse(stdout).strategies).toEqual({ direct: expect.closeTo(2 / 3, 9), batch: expect.closeTo(1 / 3, 9) });
  });

  it('gives the same snapshots for the same log', async () => {
    const read = (home: string) => readFileSync(join(home, 'learned', 'calls', 'generation-0001.json'), 'utf8');
    const [one, two] = [newPlace(), newPlace()];
    for (const { call } of [one, two]) expect((await call(['learn', '--log', fileOf(bandit.slice(0, 60)), '--quiet'])).code).toBe(0);
    expect(read(one.home)).toBe(read(two.home));
  });
});

describe('learn', () => {
  it('refuses a log without propensities, unless told to assume them; then it warns that estimates rest on it', async () => {
    const refused = await newPlace().call(['learn', '--log', fileOf(without)]);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/calls\.jsonl:1:1: there is no propensity, here and in 59 more lines.*--assume-propensity/);
    const { code, stdout, stderr } = await newPlace().call(['learn', '--log', fileOf(without), '--assume-propensity', '--quiet']);
    expect(code).toBe(0);
    expect(stderr).toContain('warning: 60 lines have no propensity');
    expect(stdout).toContain('cannot be checked');
  });

  it('says where support cannot be checked: one probability a line', async () => {
    const { code, stdout } = await newPlace().call(['learn', '--log', fileOf(scalar), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ supportChecked: false, assumedPropensities: 0, difference: { quality: { kind: 'estimated' } } });
  });

  it('refuses to estimate what the log cannot say', async () => {
    const { code, stdout } = await newPlace().run(['learn', '--log', fileOf(bandit.slice(0, 8))]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/quality +no estimate: only 8 requests/);
  });

  it('learns from a table of every arm on every request, and compares the very outcomes', async () => {
    const { code, stdout } = await newPlace().call(['learn', '--log', fileOf(full, 'table.jsonl'), '--full', '--budget-usd', '0.012', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'table',
      outcomes: 120,
      requests: 40,
      feedback: 'full',
      objective: { kind: 'budget', usdPerRequest: 0.012 },
      difference: { quality: { kind: 'estimated', decisions: 40, effectiveSampleSize: 40 } },
    });
  });

  it('learns for a scenario, whose models execute can then ask', async () => {
    const home = newPlace();
    const { code } = await home.call([
      'learn',
      '--log',
      fileOf(bandit.slice(0, 80).filter(({ arm }) => arm !== 'batch/small')),
      '--scenario',
      tinyScenario,
      '--json',
    ]);
    expect(code).toBe(0);
    expect(readdirSync(join(home.home, 'snapshots', 'tiny')).sort()).toEqual(['generation-0000.json', 'generation-0001.json']);
    const executed = await home.call(['execute', 'Add 3 and 4.', '--scenario', tinyScenario, '--json']);
    expect([executed.code, JSON.parse(executed.stdout)]).toMatchObject([0, { generation: 1, status: 'answered' }]);
    const explained = await home.call(['explain', 'Add 3 and 4.', '--scenario', tinyScenario, '--json']);
    expect(JSON.parse(explained.stdout)).toMatchObject({ trainedOn: 'tiny', chosen: JSON.parse(executed.stdout).arm });
  });

  it('takes the objective from a file or from flags, and says what is wrong with them', async () => {
    const log = fileOf(bandit.slice(0, 30));
    const objectiveOf = async (...words: readonly string[]) => {
      const { code, stdout, stderr } = await newPlace().call(['learn', '--log', log, '--json', '--quiet', ...words]);
      return code === 0 ? JSON.parse(stdout).objective : [code, stderr];
    };
    const file = join(
      newFolder({
        'wanted.yaml': 'objective: { kind: constrained, floor: { kind: number, value: 0.8 }, deadlineMs: 5000 }\nutility: { cost: 1, latency: 0 }\n',
      }),
      'wanted.yaml',
    );
    expect(await objectiveOf('--objective', file)).toMatchObject({ floor: { kind: 'number', value: 0.8 }, deadlineMs: 5000 });
    expect(await objectiveOf('--floor', '0.7', '--deadline-ms', '900')).toMatchObject({ floor: { kind: 'number', value: 0.7 }, deadlineMs: 900 });
    expect(await objectiveOf('--weighted')).toEqual({ kind: 'weighted' });
    expect(await objectiveOf('--floor', 'bets-arm')).toEqual([2, expect.stringContaining('--floor takes best-arm, best, baseline or a number')]);
    expect(await objectiveOf('--floor', 'best', '--budget-usd', '1')).toEqual([2, expect.stringContaining('give one')]);
    expect(await objectiveOf('--objective', file, '--weighted')).toEqual([2, expect.stringContaining('--objective FILE states the whole objective')]);
    expect(await objectiveOf('--scenario', tinyScenario, '--weighted')).toEqual([2, expect.stringContaining('a scenario has its own name and objective')]);
  });

  it('names the line of what it cannot use', async () => {
    const fault = async (...lines: readonly unknown[]) => {
      const { code, stdout, stderr } = await newPlace().call(['learn', '--log', fileOf(lines)]);
      expect([code, stdout]).toEqual([2, '']);
      return stderr;
    };
    expect(await fault(bandit[0], { ...bandit[1], cost: 1 })).toMatch(/calls\.jsonl:2:1: .*"cost"/);
    expect(await fault(bandit[0], { ...bandit[1], id: 'call-0' })).toMatch(/calls\.jsonl:2:1: the id "call-0" was that of another arm or request before/);
    expect(await fault(bandit[0], { ...bandit[1], feedback: 'full' })).toMatch(/calls\.jsonl:2:1: some lines are full information/);
    expect(await fault()).toContain('there is no outcome in it');
    expect((await newPlace().call(['explain', 'Hello', '--name', 'nothing'])).stderr).toContain(
      'nothing is learned under the name nothing yet. First: pnpm ratchet learn',
    );
  });
});
