import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SimulatedPart, simulatedBank } from '../../src/simulated/simulated-bank.ts';
import { answerOf, bank, type PartName, parts, requestFor, words } from './example-world.ts';

const names = Object.keys(parts) as PartName[];
const found = (text: string) => bank.asked(text).map(({ part }) => part.id);
const idsOf = (some: readonly PartName[]) => some.map((name) => parts[name].id);
const halves = (text: string) => {
  const all = text.split(' ');
  return [all.slice(0, all.length >> 1).join(' '), all.slice(all.length >> 1).join(' ')] as const;
};

describe('what a text asks for', () => {
  test('is every part whose words stand in it, in their order', () => {
    const some = fc.uniqueArray(fc.constantFrom(...names));
    const between = fc.constantFrom('\n\n', '. Then ', '\n- ', ' - and please also write ', '\n\nBesides, the office would like ');
    fc.assert(
      fc.property(some, between, fc.lorem(), (wanted, joint, filler) => {
        const asked = bank.asked(`${filler}${joint}${wanted.map((name) => words[name]).join(joint)}`);
        expect(asked.map(({ part }) => part.id)).toEqual(idsOf(wanted));
        for (const { coverage } of asked) expect(coverage).toBe(1);
      }),
    );
  });

  test('is found whatever the case, the spacing and the emphasis', () => {
    const text = words.parse.toUpperCase().replaceAll(' ', '\n  ').replace('SEMICOLONS', '**semicolons**');
    expect(bank.asked(text)).toMatchObject([{ part: { id: parts.parse.id }, coverage: 1 }]);
  });

  test.each(names)('is found in a half of its words, as half there: %s', (name) => {
    for (const half of halves(words[name])) {
      const asked = bank.asked(`Please write ${half}`);
      expect(asked.map(({ part }) => part.id)).toEqual([parts[name].id]);
      expect(asked[0]?.coverage).toBeGreaterThan(0.35);
      expect(asked[0]?.coverage).toBeLessThan(0.65);
    }
  });

  test('is more there the more of its words are, until too few are left', () => {
    for (const name of names) {
      const all = words[name].split(' ');
      const coverages = all.map((_, kept) => bank.asked(all.slice(0, kept + 1).join(' '))[0]?.coverage ?? 0);
      expect(coverages).toEqual([...coverages].sort((a, b) => a - b));
      expect(coverages.slice(0, Math.floor(all.length / 4)).every((coverage) => coverage === 0)).toBe(true);
      expect(coverages.at(-1)).toBe(1);
    }
  });

  test('is not what is only mentioned', () => {
    expect(found('Why does parseRow(text) return null here? And what became of the village mill, and of formatRow?')).toEqual([]);
    expect(found(`${words.format}. It is used by a function that splits a row.`)).toEqual(['kit/format']);
    expect(found('')).toEqual([]);
  });

  test('does not depend on answers that stand beside it', () => {
    expect(found(`${words.essay}\n\n${answerOf('parse', 'right')}`)).toEqual(['kit/essay']);
  });

  test('is in the order of the text also where later words are hinted at before', () => {
    const hint = 'The export comes from the office, and rows are put into one line, quotes fields with spaces included.';
    expect(found(`${hint}\n\n${words.parse}\n\n${words.format}`)).toEqual(['kit/parse', 'kit/format']);
  });

  test('is a part once, when it is asked for in several wordings or twice', () => {
    const [first, second] = halves(words.essay);
    const both = simulatedBank(
      [parts.essay],
      [
        { partId: 'kit/essay', words: first },
        { partId: 'kit/essay', words: second },
      ],
    );
    expect(both.asked(words.essay)).toMatchObject([{ part: { id: 'kit/essay' }, coverage: 1 }]);
    expect(both.asked(`${second} ${second}`)).toMatchObject([{ coverage: 1 }]);
  });

  test('is found by few words as well', () => {
    const short = (id: string): SimulatedPart => ({ ...parts.essay, id });
    const brief = simulatedBank(
      [short('a'), short('b'), short('c')],
      [
        { partId: 'a', words: 'Translate this!' },
        { partId: 'b', words: 'Summarise' },
        { partId: 'c', words: 'three haikus, please' },
      ],
    );
    const ids = (text: string) => brief.asked(text).map(({ part }) => part.id);
    expect(ids('Please summarise the letter below, and translate this for my aunt.')).toEqual(['b', 'a']);
    expect(ids('I would like three haikus, please, about the sea')).toEqual(['c']);
    expect(ids('Translate that; this can wait. Three poems, please.')).toEqual([]);
  });

  test('is nothing for words of which no part is known', () => {
    expect(simulatedBank([], [{ partId: 'lost', words: words.parse }]).asked(words.parse)).toEqual([]);
  });
});

describe('answers of the bank', () => {
  const all = names.flatMap((name) => (['right', 'partial', 'wrong'] as const).flatMap((grade) => [0, 1].map((variant) => ({ name, grade, variant }))));
  const oneOf = fc.constantFrom(...all);

  test('are recognised in other text, with their grade', () => {
    const around = fc.constantFrom('', 'Here you are:', 'Some notes.\n\nMore notes.', '```css\nbody { color: red }\n```');
    fc.assert(
      fc.property(fc.array(oneOf, { minLength: 1, maxLength: 5 }), around, (chosen, before) => {
        const text = [before, ...chosen.map(({ name, grade, variant }) => answerOf(name, grade, variant))].join('\n\n');
        const known = bank.recognise(text).map(({ part, grade, text: answer }) => `${part.id} ${grade} ${answer}`);
        const expected = chosen.map(({ name, grade, variant }) => {
          const answer = parts[name].answers.filter((one) => one.grade === grade)[variant];
          return `${parts[name].id} ${grade} ${answer?.text.trim()}`;
        });
        expect([...known].sort()).toEqual([...expected].sort());
      }),
    );
  });

  test('are not recognised once they are changed or cut', () => {
    const code = answerOf('parse', 'right');
    expect(bank.recognise(code.replace('step0', 'step9'))).toEqual([]);
    expect(bank.recognise(code.slice(0, -20))).toEqual([]);
    expect(bank.recognise(answerOf('essay', 'right').slice(0, -3))).toEqual([]);
    expect(bank.recognise('')).toEqual([]);
  });

  test('are not taken for a request of what they answer', () => {
    expect(found(all.map(({ name, grade, variant }) => answerOf(name, grade, variant)).join('\n\n'))).toEqual([]);
  });
});

describe('requestFor, the requests of these tests', () => {
  test('asks for what it says', () => {
    expect(found(requestFor(['essay', 'check', 'parse']))).toEqual(['kit/essay', 'kit/check', 'kit/parse']);
  });
});
