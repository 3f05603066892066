import { type ModelCall, readFences, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costUsd } from '../../src/price.ts';
import { simulatedBank } from '../../src/simulated/simulated-bank.ts';
import { countTokens } from '../../src/token-count.ts';
import { answerOf, callFor, gradeIn, material, type PartName, parts, price, rightLucks, simulate, words } from './example-world.ts';

const names = Object.keys(parts) as PartName[];
const logistic = (logit: number) => 1 / (1 + Math.exp(-logit));
const lucks = 600;
/** Four standard errors of a share. */
const slack = (share: number, count: number) => 4 * Math.sqrt((share * (1 - share)) / count);
const isSubset = (some: ReadonlySet<number>, all: ReadonlySet<number>) => [...some].every((one) => all.has(one));

/** The same luck decides both: whoever answers rightly in the worse case does so in the better one. */
function expectLowered(worse: ReadonlySet<number>, better: ReadonlySet<number>): void {
  expect(isSubset(worse, better)).toBe(true);
  expect(worse.size).toBeLessThan(better.size);
}

describe('what a simulated model writes', () => {
  const some = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 });

  test('is one answer out of the bank to each part asked for, word for word, in the order of the request', async () => {
    await fc.assert(
      fc.asyncProperty(some, fc.nat(), async (wanted, luck) => {
        const { text, finishReason } = await simulate({ luck }).model.complete(callFor('answer', { request: wanted }));
        const verbatim = wanted.map((name) => {
          const all = parts[name].answers.map((_answer, index) => answerOf(name, (['right', 'partial', 'wrong'] as const)[index >> 1] as 'right', index % 2));
          return all.filter((answer) => text.includes(answer));
        });
        expect(verbatim.map((matches) => matches.length)).toEqual(wanted.map(() => 1));
        expect(text).toBe(verbatim.flat().join('\n\n'));
        expect(finishReason).toBe('stop');
      }),
    );
  });

  test('puts code into fences, and prose under its heading', async () => {
    const { text } = await simulate().model.complete(callFor('answer', { request: ['essay', 'parse'] }));
    expect(text).toMatch(/^## History\n/);
    expect(readFences(text).code).toHaveLength(1);
  });

  test('is a polite word where nothing is asked for that it knows', async () => {
    for (const messages of [[], [{ role: 'user', content: 'What is the weather like?' }], [{ role: 'user', content: '' }]] as const) {
      const { text, finishReason, usage } = await simulate().model.complete({ ...callFor('answer', { request: [] }), messages });
      expect(text).toMatch(/^[A-Z].{20,}\.$/);
      expect(finishReason).toBe('stop');
      expect(usage.inputTokens).toBeGreaterThan(0);
      expect(usage.outputTokens).toBeGreaterThan(0);
    }
  });

  test('is right, partly right and wrong at times, and of each grade in several variants, the first ones more often', async () => {
    const texts = await Promise.all(
      Array.from({ length: lucks }, (_, luck) => simulate({ luck, world: { absentMaterial: 0 } }).model.complete(callFor('answer', { request: names }))),
    );
    const kinds = new Set(texts.flatMap(({ text }) => names.flatMap((name) => gradeIn(text, name) ?? [])));
    expect([...kinds].sort()).toEqual(['partial', 'right', 'wrong']);
    for (const name of names) {
      const [first, second] = [0, 1].map((variant) => texts.filter(({ text }) => text.includes(answerOf(name, 'right', variant))).length) as [number, number];
      expect(second).toBeGreaterThan(0);
      expect(first).toBeGreaterThan(second);
    }
  });

  test('is the more seldom a variant the later it stands among those of its grade', async () => {
    const answers = [...parts.parse.answers, ...[3, 4].map((variant) => ({ grade: 'right' as const, text: `// right ${variant}\nfunction parseRow() {}` }))];
    const several = simulatedBank([{ ...parts.parse, answers }], [{ partId: parts.parse.id, words: words.parse }]);
    const texts = await Promise.all(
      Array.from(
        { length: 4 * lucks },
        async (_, luck) => (await simulate({ luck, bank: several }).model.complete(callFor('answer', { request: ['parse'] }))).text,
      ),
    );
    const counts = [1, 2, 3, 4].map((variant) => texts.filter((text) => text.includes(`// right ${variant}`)).length);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts[3]).toBeGreaterThan(0);
  });
});

describe('chance in a simulated model', () => {
  const request = { request: ['parse', 'check', 'essay'] } as const;

  test('falls alike with the same luck: the same answer to the last digit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.nat(), fc.double({ min: 0, max: 2, noNaN: true }), async (luck, seed, temperature) => {
        const profile = { rateLimitedShare: 0.1, timeoutShare: 0.1, cutOffShare: 0.1, itemSpread: 1 };
        const run = () =>
          simulate({ luck, profile })
            .model.complete(callFor('answer', request, { seed, temperature }))
            .catch((error: unknown) => String(error));
        expect(await run()).toEqual(await run());
      }),
    );
  });

  test('falls alike whatever is called before or at the same time', async () => {
    const calls = [0, 1, 2].map((seed) => callFor('answer', request, { seed }));
    const alone = await Promise.all(calls.map((call) => simulate().model.complete(call)));
    const { model } = simulate();
    expect(await Promise.all([...calls].reverse().map((call) => model.complete(call)))).toEqual([...alone].reverse());
  });

  test('falls differently with another luck', async () => {
    const texts = await Promise.all(Array.from({ length: 40 }, async (_, luck) => (await simulate({ luck }).model.complete(callFor('answer', request))).text));
    expect(new Set(texts).size).toBeGreaterThan(10);
  });

  const textsBySeed = async (temperature: number) => {
    const { model } = simulate();
    return Promise.all(Array.from({ length: 40 }, async (_, seed) => (await model.complete(callFor('answer', request, { seed, temperature }))).text));
  };

  test('is left out between seeds at temperature 0', async () => {
    expect(new Set(await textsBySeed(0)).size).toBe(1);
  });

  test.each([0.01, 0.7, 2])('falls anew for every seed at temperature %d', async (temperature) => {
    expect(new Set(await textsBySeed(temperature)).size).toBeGreaterThan(10);
  });

  test('falls for one model apart from how it falls for another', async () => {
    const call = callFor('answer', { request: ['parse'] });
    const [one, another] = await Promise.all(['one', 'another'].map((id) => rightLucks('parse', call, lucks, { profile: { id } })));
    const both = [...(one as ReadonlySet<number>)].filter((luck) => another?.has(luck)).length;
    expect(Math.abs(both / lucks - 0.25)).toBeLessThan(slack(0.25, lucks));
  });

  test('falls for a part as it falls without the others, as far as their number does not matter', async () => {
    const world = { dilution: 0 };
    const alone = await rightLucks('parse', callFor('answer', { request: ['parse'] }), 200, { world });
    expect(await rightLucks('parse', callFor('answer', { request: ['check', 'parse', 'essay'] }), 200, { world })).toEqual(alone);
  });
});

describe('how often a simulated model is right', () => {
  test.each([-1.5, 0, 1, 2.5])('follows its skill in the family: %d logits', async (skill) => {
    const right = await rightLucks('parse', callFor('answer', { request: ['parse'] }), lucks, { profile: { skill: { code: skill, '*': -9 } } });
    expect(Math.abs(right.size / lucks - logistic(skill))).toBeLessThan(slack(logistic(skill), lucks));
  });

  test('follows its skill in everything else where it has none in the family', async () => {
    const call = callFor('answer', { request: ['essay'] });
    expect((await rightLucks('essay', call, 50, { profile: { skill: { code: -10, '*': 10 } } })).size).toBe(50);
    expect((await rightLucks('essay', call, 50, { profile: { skill: { code: 10, '*': -10 } } })).size).toBe(0);
  });

  test('differs from part to part by more than chance, in the same way in all calls of a world', async () => {
    const spread = { profile: { itemSpread: 5 } };
    const sharesOf = async (given: Parameters<typeof simulate>[0] & object) =>
      Promise.all(
        Array.from({ length: 12 }, async (_, world) => {
          const nature = `world ${world}`;
          return (await rightLucks('parse', callFor('answer', { request: ['parse'] }), 60, { ...given, nature })).size / 60;
        }),
      );
    const shares = await sharesOf(spread);
    expect(shares.some((share) => share < 0.1)).toBe(true);
    expect(shares.some((share) => share > 0.9)).toBe(true);
    for (const share of await sharesOf({})) expect(Math.abs(share - 0.5)).toBeLessThan(0.3);
    expect(await sharesOf(spread)).toEqual(shares);
    const others = await sharesOf({ profile: { ...spread.profile, id: 'another model' } });
    expect(others.some((share, world) => Math.abs(share - (shares[world] as number)) > 0.5)).toBe(true);
  });

  test('falls with every further part in the call', async () => {
    const requests: readonly (readonly PartName[])[] = [['parse'], ['parse', 'check'], ['parse', 'check', 'essay'], ['parse', 'check', 'essay', 'format']];
    const right = await Promise.all(requests.map((request) => rightLucks('parse', callFor('answer', { request }), lucks)));
    for (let more = 1; more < right.length; more++) expectLowered(right[more] as ReadonlySet<number>, right[more - 1] as ReadonlySet<number>);
  });

  test('falls when what a part builds on is out of sight, and in no other case', async () => {
    const step = (prerequisites: readonly string[]) => rightLucks('format', callFor('step', { request: ['format'], prerequisites }), lucks);
    const [without, withOther, withRight, withWrong] = await Promise.all([
      step([]),
      step([answerOf('check', 'right')]),
      step([`First of all:\n\n${answerOf('parse', 'right')}`]),
      step([answerOf('parse', 'wrong')]),
    ]);
    expectLowered(without, withRight);
    expect(withOther).toEqual(without);
    expect(withWrong).toEqual(withRight);
    const together = callFor('answer', { request: ['parse', 'format'] });
    expect(await rightLucks('format', together, 200, { world: { dilution: 0, context: 9 } })).toEqual(
      await rightLucks('format', together, 200, { world: { dilution: 0, context: 0 } }),
    );
  });

  test('falls with the words that are cut away', async () => {
    const all = words.essay.split(' ');
    const keeping = (share: number) => rightLucks('essay', callFor('step', { request: all.slice(0, Math.ceil(all.length * share)).join(' ') }), lucks);
    const [whole, most, half] = await Promise.all([keeping(1), keeping(0.75), keeping(0.5)]);
    expectLowered(most, whole);
    expectLowered(half, most);
  });

  test('falls when the text that a part is about is absent', async () => {
    const step = (changes: { request?: string; materials?: readonly string[] }) =>
      rightLucks('check', callFor('step', { request: ['check'], ...changes }), lucks);
    const [absent, beside, within, cut] = await Promise.all([
      step({}),
      step({ materials: [`\`\`\`js\n${material}\n\`\`\``] }),
      step({ request: `${words.check}\n\n${material}` }),
      step({ materials: [material.slice(0, -10)] }),
    ]);
    expectLowered(absent, beside);
    expect(within).toEqual(beside);
    expect(cut).toEqual(absent);
  });

  test('does not depend on the wording around the parts, nor on the kind of prompt', async () => {
    const plain = {
      ...callFor('answer', { request: [] }),
      messages: [{ role: 'user' as const, content: `Hi! ${words.parse}? Thanks a lot, and greetings to the miller.` }],
    };
    const right = await rightLucks('parse', callFor('answer', { request: ['parse'] }), 200);
    expect(await rightLucks('parse', plain, 200)).toEqual(right);
    expect(await rightLucks('parse', callFor('step', { request: ['parse'] }), 200)).toEqual(right);
  });

  test('errs on a part in one way, partly right or wrong, and each model in its own', async () => {
    const waysOf = async (id: string, nature: string) => {
      const profile = { id, skill: { '*': -2 } };
      const grades = await Promise.all(
        Array.from({ length: 40 }, async (_, luck) =>
          gradeIn((await simulate({ profile, luck, nature }).model.complete(callFor('answer', { request: ['parse'] }))).text, 'parse'),
        ),
      );
      return [...new Set(grades.filter((grade) => grade !== 'right'))];
    };
    const worlds = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const one = await Promise.all(worlds.map((nature) => waysOf('one', nature)));
    const another = await Promise.all(worlds.map((nature) => waysOf('another', nature)));
    for (const ways of [...one, ...another]) expect(ways).toHaveLength(1);
    expect([...new Set(one.flat())].sort()).toEqual(['partial', 'wrong']);
    expect(another).not.toEqual(one);
  });
});

describe('what a call of a simulated model takes', () => {
  const answersTo = (call: ModelCall, count: number) => Promise.all(Array.from({ length: count }, (_, luck) => simulate({ luck }).model.complete(call)));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test('is the tokens of what is sent and written, at the price', async () => {
    const calls = [
      callFor('answer', { request: ['parse'] }),
      callFor('answer', { request: names }),
      callFor('step', { request: ['format'], prerequisites: [answerOf('parse', 'right')] }),
    ];
    for (const call of calls) {
      const { text, usage, costUsd: cost } = await simulate().model.complete(call);
      const input = call.messages.reduce((sum, { content }) => sum + countTokens(content), 0);
      expect(Math.abs(usage.inputTokens - input)).toBeLessThanOrEqual(0.1 * input + 12);
      expect(usage.outputTokens).toBeGreaterThan(0);
      expect(Math.abs(usage.outputTokens - countTokens(text))).toBeLessThanOrEqual(0.05 * countTokens(text) + 5);
      expect(cost).toBe(costUsd(usage, price));
    }
  });

  test('is more input for whoever sends more', async () => {
    const inputOf = async (prerequisites: readonly string[]) =>
      (await simulate().model.complete(callFor('step', { request: ['format'], prerequisites }))).usage.inputTokens;
    const first = await inputOf([]);
    const second = await inputOf([answerOf('parse', 'right')]);
    const third = await inputOf([answerOf('parse', 'right'), answerOf('essay', 'wrong')]);
    expect(second - first).toBeGreaterThanOrEqual(countTokens(answerOf('parse', 'right')));
    expect(third - second).toBeGreaterThanOrEqual(countTokens(answerOf('essay', 'wrong')));
  });

  test('is its latency on the clock', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.uniqueArray(fc.constantFrom(...names)), async (luck, request) => {
        const { model, clock } = simulate({ luck });
        const { latencyMs } = await model.complete(callFor('answer', { request }));
        expect(clock.now()).toBe(latencyMs);
        expect(latencyMs).toBeGreaterThan(0);
      }),
    );
  });

  test('is time that grows with the tokens written, by its speed', async () => {
    const [short, long] = await Promise.all([
      answersTo(callFor('answer', { request: ['parse'] }), lucks),
      answersTo(callFor('answer', { request: ['format'] }), lucks),
    ]);
    const tokens = (answers: typeof short) => mean(answers.map(({ usage }) => usage.outputTokens));
    const latency = (answers: typeof short) => mean(answers.map(({ latencyMs }) => latencyMs ?? 0));
    const msPerToken = (latency(long) - latency(short)) / (tokens(long) - tokens(short));
    expect(tokens(long)).toBeGreaterThan(3 * tokens(short));
    expect(msPerToken).toBeGreaterThan(0.9 * (1000 / 50));
    expect(msPerToken).toBeLessThan(1.2 * (1000 / 50));
  });

  test('is time to the first token, and half the rest at twice the speed', async () => {
    const call = callFor('answer', { request: ['format'] });
    const timeOf = async (profile: { firstTokenMs: number; tokensPerSecond: number }) => (await simulate({ profile }).model.complete(call)).latencyMs as number;
    const [waiting, slow, fast] = [
      await timeOf({ firstTokenMs: 700, tokensPerSecond: 1e9 }),
      await timeOf({ firstTokenMs: 0, tokensPerSecond: 20 }),
      await timeOf({ firstTokenMs: 0, tokensPerSecond: 40 }),
    ];
    expect(slow).toBeCloseTo(2 * fast, 6);
    expect(await timeOf({ firstTokenMs: 700, tokensPerSecond: 20 })).toBeCloseTo(waiting + slow, 2);
  });

  test('is the time of the slowest where calls are made at once', async () => {
    const { model, clock } = simulate();
    const answers = await Promise.all([0, 1, 2, 3].map((seed) => model.complete(callFor('answer', { request: ['parse'] }, { seed }))));
    expect(clock.now()).toBe(Math.max(...answers.map(({ latencyMs }) => latencyMs ?? 0)));
  });

  test('is at most the tokens it may write: the answer ends there, and says so', async () => {
    const call = callFor('answer', { request: ['format', 'essay'] });
    const whole = await simulate().model.complete(call);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: whole.usage.outputTokens - 1 }), async (maxOutputTokens) => {
        const cut = await simulate().model.complete({ ...call, maxOutputTokens });
        expect(cut.finishReason).toBe('length');
        expect(cut.usage).toEqual({ inputTokens: whole.usage.inputTokens, outputTokens: maxOutputTokens });
        expect(whole.text.startsWith(cut.text)).toBe(true);
        expect(cut.text.length).toBeLessThan(whole.text.length);
        expect(cut.costUsd).toBeLessThan(whole.costUsd as number);
      }),
    );
    expect(await simulate().model.complete({ ...call, maxOutputTokens: whole.usage.outputTokens })).toEqual(whole);
  });

  test('comes from the luck of the trial alone, also its pace', async () => {
    const call = callFor('answer', { request: ['parse'] });
    const latencies = await Promise.all(
      [0, 1, 2, 3, 4].map(async (luck) => (await simulate({ luck: seededRandom('pace', luck) }).model.complete(call)).latencyMs),
    );
    expect(new Set(latencies).size).toBe(5);
  });
});
