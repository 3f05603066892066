import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findConsensus, splitBlocks } from '../../src/strategies/agreement.ts';

const code = (body: string) => `\`\`\`js\n${body}\n\`\`\``;
/** Answers of one or several blocks of code, from few blocks, so that they agree often. */
const anyAnswer = fc.array(fc.constantFrom('a();', 'b();', 'c();'), { minLength: 1, maxLength: 3 }).map((blocks) => blocks.map(code).join('\n\n'));
const anyAnswers = fc.array(anyAnswer, { minLength: 2, maxLength: 6 });

/** Shared blocks over all blocks, each as often as it stands. */
function similarity(a: string, b: string): number {
  const rest = [...splitBlocks(b)];
  const common = splitBlocks(a).filter((block) => {
    const at = rest.indexOf(block);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  }).length;
  return common / (splitBlocks(a).length + splitBlocks(b).length - common);
}

const meanSimilarity = (answers: readonly string[], index: number) =>
  answers.reduce((sum, other, at) => (at === index ? sum : sum + similarity(answers[index] as string, other)), 0) / (answers.length - 1);

describe('findConsensus', () => {
  test('finds the answer with the highest mean similarity to the others, and says how high it is', () => {
    fc.assert(
      fc.property(anyAnswers, (answers) => {
        const { index, agreement } = findConsensus(answers);
        const means = answers.map((_answer, at) => meanSimilarity(answers, at));
        expect(agreement).toBeCloseTo(Math.max(...means), 12);
        expect(means[index]).toBeCloseTo(Math.max(...means), 12);
      }),
    );
  });

  test('does not depend on the order of the answers', () => {
    fc.assert(
      fc.property(
        anyAnswers.chain((answers) => fc.tuple(fc.constant(answers), fc.shuffledSubarray(answers, { minLength: answers.length }))),
        ([answers, shuffled]) => {
          expect(findConsensus(shuffled).agreement).toBeCloseTo(findConsensus(answers).agreement, 12);
        },
      ),
    );
    expect(findConsensus([code('a'), code('b')]).agreement).toBe(findConsensus([code('b'), code('a')]).agreement);
  });

  test('agrees exactly 1 where all answers are the same, and 0 where none shares anything', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 9 }), (answer, count) => {
        expect(findConsensus(Array.from({ length: count }, () => answer))).toEqual({ index: 0, agreement: 1 });
      }),
    );
    expect(findConsensus(['red', 'green', 'blue'])).toEqual({ index: 0, agreement: 0 });
  });

  test('lets the majority win', () => {
    expect(findConsensus(['4', '5', '5'])).toEqual({ index: 1, agreement: 0.5 });
    expect(findConsensus(['4', '5', '6', '5', '5'])).toEqual({ index: 1, agreement: 0.5 });
  });

  test('refuses to compare nothing', () => {
    expect(() => findConsensus([])).toThrow(RangeError);
  });
});

describe('splitBlocks', () => {
  test('keeps the code of an answer, and not the words around it', () => {
    expect(splitBlocks(`Sure!\n\n${code('a();')}\n\n# Note\n\n${code('b();')}\nDone.`)).toEqual(['a();', 'b();']);
    expect(findConsensus([`Sure! ${'\n'}${code('a();')}`, `Of course.\n${code('a();')}\nAnything else?`]).agreement).toBe(1);
  });

  test('keeps the text under each heading of an answer without code', () => {
    expect(splitBlocks('Intro\n\n# One\n\ntext\n\n## Two\nmore')).toEqual(['Intro', '# One text', '## Two more']);
  });

  test('does not see how an answer is laid out', () => {
    expect(splitBlocks('a  b\n\n\n c\t')).toEqual(splitBlocks(' a b\nc'));
  });

  test('finds nothing in an empty answer', () => {
    expect(splitBlocks(' \n ')).toEqual([]);
  });
});
