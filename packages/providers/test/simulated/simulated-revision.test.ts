import { describe, expect, test } from 'vitest';
import type { Grade } from '../../src/simulated/simulated-bank.ts';
import { answerOf, type CallContent, callFor, gradeIn, type PartName, simulate } from './example-world.ts';

const lucks = 800;
type Given = Omit<Parameters<typeof simulate>[0] & object, 'luck'>;

/** How often each text comes out. */
async function texts(kind: 'revise' | 'decide', content: CallContent, given: Given = {}): Promise<readonly string[]> {
  const call = callFor(kind, content, { seed: 1000 });
  return Promise.all(Array.from({ length: lucks }, async (_, luck) => (await simulate({ ...given, luck }).model.complete(call)).text));
}

const shareOf = (all: readonly string[], wanted: (text: string) => boolean) => all.filter(wanted).length / all.length;
const isGraded = (name: PartName, grade: Grade) => (text: string) => gradeIn(text, name) === grade;
const slack = (share: number) => 4 * Math.sqrt((share * (1 - share)) / lucks);
const right = answerOf('parse', 'right');
const wrong = answerOf('parse', 'wrong');

describe('a simulated model that looks at its own draft again', () => {
  const again = (draft: string, profile: Given['profile'] = {}) => texts('revise', { request: ['parse'], draft }, { profile });

  test('mends the share of errors that it is said to', async () => {
    for (const fixRate of [0.1, 0.5]) {
      for (const draft of [wrong, answerOf('parse', 'partial', 1)]) {
        const all = await again(draft, { fixRate });
        expect(Math.abs(shareOf(all, isGraded('parse', 'right')) - fixRate)).toBeLessThan(slack(fixRate));
      }
    }
  });

  test('leaves an error that it does not mend as it is, to the letter', async () => {
    const all = await again(wrong);
    for (const text of all) if (!isGraded('parse', 'right')(text)) expect(text).toBe(wrong);
    expect(shareOf(all, (text) => text === wrong)).toBeGreaterThan(0.5);
  });

  test('spoils right answers the more, the less sure it can be of them', async () => {
    const spoilt = async (skill: number) => shareOf(await again(right, { skill: { '*': skill } }), (text) => text !== right);
    const [sure, able, unable] = [await spoilt(8), await spoilt(1), await spoilt(-2)];
    expect(sure).toBeLessThan(0.01);
    expect(able).toBeGreaterThan(sure);
    expect(unable).toBeGreaterThan(able + 0.1);
  });

  test('spoils none, or mends none, where its rates say so', async () => {
    expect(new Set(await again(right, { breakRate: 0 }))).toEqual(new Set([right]));
    expect(new Set(await again(wrong, { fixRate: 0 }))).toEqual(new Set([wrong]));
  });

  test('makes the mistake that is usual with the part', async () => {
    const profile = { skill: { '*': -2 }, breakRate: 1 };
    const [asked, revised] = await Promise.all([
      Promise.all(
        Array.from({ length: 60 }, async (_, luck) =>
          gradeIn((await simulate({ profile, luck }).model.complete(callFor('answer', { request: ['parse'] }))).text, 'parse'),
        ),
      ),
      again(right, profile),
    ]);
    const usual = new Set(asked.filter((grade) => grade !== 'right'));
    expect(new Set(revised.map((text) => gradeIn(text, 'parse')).filter((grade) => grade !== 'right'))).toEqual(usual);
  });

  test('does not answer anew: its skill does not matter to errors', async () => {
    for (const skill of [-9, 9]) {
      const share = shareOf(await again(wrong, { skill: { '*': skill }, fixRate: 0.3 }), isGraded('parse', 'right'));
      expect(Math.abs(share - 0.3)).toBeLessThan(slack(0.3));
    }
  });

  test('thinks of each part by itself', async () => {
    const draft = `${right}\n\n${answerOf('essay', 'wrong')}`;
    const all = await texts('revise', { request: ['parse', 'essay'], draft }, { profile: { breakRate: 0, fixRate: 0.5 } });
    expect(shareOf(all, isGraded('parse', 'right'))).toBe(1);
    expect(Math.abs(shareOf(all, isGraded('essay', 'right')) - 0.5)).toBeLessThan(slack(0.5));
  });

  test('answers parts that its draft does not speak of', async () => {
    const all = await texts('revise', { request: ['parse', 'essay'], draft: right }, { profile: { skill: { '*': 9 } } });
    expect(shareOf(all, isGraded('essay', 'right'))).toBe(1);
  });

  test('answers anew where its draft was cut off', async () => {
    const all = await again(wrong.slice(0, -30), { skill: { '*': 9 }, fixRate: 0 });
    expect(shareOf(all, isGraded('parse', 'right'))).toBe(1);
  });

  test('is no better off for peers who say the same', async () => {
    const alone = await again(wrong);
    expect(await texts('revise', { request: ['parse'], draft: wrong, peers: [wrong, `I agree.\n\n${wrong}`] })).toEqual(alone);
  });
});

describe('a simulated model that compares answers', () => {
  const others = (content: Omit<CallContent, 'request'>, profile: Given['profile'] = {}) => texts('revise', { request: ['parse'], ...content }, { profile });
  const partial = answerOf('parse', 'partial');

  test('gives one of those it sees, word for word, and each of them at times', async () => {
    const all = await others({ draft: wrong, peers: [right, partial] });
    expect(new Set(all)).toEqual(new Set([wrong, right, partial]));
    expect(new Set(await texts('decide', { request: ['parse'], candidates: [wrong, right, partial] }))).toEqual(new Set([wrong, right, partial]));
  });

  test('does not see better without judgement: of two candidates each is chosen as often', async () => {
    const all = await texts('decide', { request: ['parse'], candidates: [wrong, right] }, { profile: { judgement: 0 } });
    expect(Math.abs(shareOf(all, (text) => text === right) - 0.5)).toBeLessThan(slack(0.5));
  });

  test('chooses the right one of two the more often the better its judgement, as its log odds say', async () => {
    for (const judgement of [-1, 0.5, 2]) {
      const share = 1 / (1 + Math.exp(-judgement));
      const all = await texts('decide', { request: ['parse'], candidates: [wrong, right] }, { profile: { judgement } });
      expect(Math.abs(shareOf(all, (text) => text === right) - share)).toBeLessThan(slack(share));
    }
  });

  test('is swayed by numbers', async () => {
    const chosen = async (candidates: readonly string[]) => shareOf(await texts('decide', { request: ['parse'], candidates }), (text) => text === right);
    const [one, two, three] = [await chosen([wrong, right]), await chosen([wrong, right, right]), await chosen([wrong, right, right, right])];
    expect(two).toBeGreaterThan(one);
    expect(three).toBeGreaterThan(two);
  });

  test('holds on to its own draft more than another would', async () => {
    const kept = shareOf(await others({ draft: wrong, peers: [partial] }), (text) => text === wrong);
    const chosen = shareOf(await texts('decide', { request: ['parse'], candidates: [wrong, partial] }), (text) => text === wrong);
    expect(kept).toBeGreaterThan(chosen);
    expect(kept).toBeLessThan(0.9);
  });

  test('takes over what others say to a part that its own draft lacks', async () => {
    const all = await texts(
      'revise',
      { request: ['parse', 'essay'], draft: right, peers: [`${right}\n\n${answerOf('essay', 'wrong', 1)}`] },
      { profile: { breakRate: 0 } },
    );
    expect(new Set(all)).toEqual(new Set([`${right}\n\n${answerOf('essay', 'wrong', 1)}`]));
  });

  test('makes of candidates for several parts the best of each, not of the whole', async () => {
    const candidates = [`${right}\n\n${answerOf('essay', 'wrong')}`, `${wrong}\n\n${answerOf('essay', 'right')}`];
    const all = await texts('decide', { request: ['parse', 'essay'], candidates }, { profile: { judgement: 9 } });
    expect(shareOf(all, (text) => isGraded('parse', 'right')(text) && isGraded('essay', 'right')(text))).toBeGreaterThan(0.98);
  });

  test('answers by itself where no candidate says anything', async () => {
    const all = await texts('decide', { request: ['parse'], candidates: ['I do not know.', 'Neither do I.'] }, { profile: { skill: { '*': 9 } } });
    expect(shareOf(all, isGraded('parse', 'right'))).toBe(1);
  });
});
