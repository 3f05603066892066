import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phraseOccurs } from '../../src/scorers/phrase.ts';
import { ScorerError } from '../../src/scorers/scorer-error.ts';
import { checkConstraints, checkFacts, checkFields } from '../../src/scorers/text-checks.ts';

describe('phraseOccurs', () => {
  it('finds a phrase in every text that contains it as words', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\s/]/.test(text));
    const words = fc.array(word, { minLength: 1, maxLength: 4 });
    const space = fc.constantFrom(' ', '\n', '  ', '\n\t');
    fc.assert(
      fc.property(words, words, words, space, (before, phrase, after, between) => {
        expect(phraseOccurs(phrase.join(' '), [...before, phrase.join(between), ...after].join(' '))).toBe(true);
      }),
    );
  });

  it('minds neither case nor emphasis between words', () => {
    expect(phraseOccurs('Net income', 'the **net** _INCOME_ rose')).toBe(true);
  });

  it('finds whole words and whole numbers only', () => {
    expect(phraseOccurs('cat', 'concatenate')).toBe(false);
    expect(phraseOccurs('5', '1.5 and 2,500 and 5.25 and 15')).toBe(false);
    expect(phraseOccurs('5', 'There are 5, not 6.')).toBe(true);
    expect(phraseOccurs('1.5%', 'by 1.5%.')).toBe(true);
  });

  it('takes punctuation of a phrase as it is', () => {
    expect(phraseOccurs('well-known (a.b)', 'a Well-known (A.B) thing')).toBe(true);
    expect(phraseOccurs('a.b', 'axb')).toBe(false);
    expect(phraseOccurs('C++', 'in C++ and')).toBe(true);
  });

  it('reads a phrase between slashes as a regular expression', () => {
    expect(phraseOccurs('/colou?r/', 'COLOR')).toBe(true);
    expect(() => phraseOccurs('/(/', 'x')).toThrow(ScorerError);
  });
});

describe('checkFacts', () => {
  const config = { kind: 'facts' as const, facts: ['12 staff', { any: ['Berlin', 'the capital'] }], contradictions: ['Hamburg'] };

  it('scores the share of the facts that are covered', () => {
    expect(checkFacts('In the capital work 12 staff.', config)).toEqual({ score: 1, reasons: [] });
    expect(checkFacts('In Berlin.', config)).toEqual({ score: 0.5, reasons: ['missing fact: 12 staff'] });
  });

  it('takes a fact off for each contradiction, but not below 0', () => {
    expect(checkFacts('12 staff in Berlin, not Hamburg', config)).toEqual({ score: 0.5, reasons: ['contradicts the source: Hamburg'] });
    expect(checkFacts('Hamburg', config).score).toBe(0);
  });
});

describe('checkFields', () => {
  const config = { kind: 'fields' as const, fields: { Owner: ['Ada'], 'Due date': ['1 May', 'May 1'] } };

  it.each([
    ['lines', 'Owner: Ada\nDue date: May 1'],
    ['a list', '- **Owner**: Ada\n- **Due date:** May 1, 2025'],
    ['a numbered list', '1. Owner: Ada\n2. **Due date**: 1 May'],
    ['a table', '| Field | Value |\n|---|---|\n| Owner | Ada |\n| Due date | May 1 |'],
  ])('reads %s', (_name, text) => {
    expect(checkFields(text, config)).toEqual({ score: 1, reasons: [] });
  });

  it('says what a field holds instead, and which is missing', () => {
    expect(checkFields('Owner: Bob', config)).toEqual({ score: 0, reasons: ['field Owner: Bob', 'field Due date: missing'] });
  });
});

describe('checkConstraints', () => {
  const check = (text: string, constraints: object) => checkConstraints(text, { kind: 'constraints', ...constraints });

  it('counts words without headings', () => {
    expect(check('# A long title\n\nThree little words.', { words: { max: 3 } }).score).toBe(1);
    expect(check('One two three four', { words: { max: 3 } })).toEqual({ score: 0, reasons: ['4 words, not 0 to 3'] });
  });

  it('counts sentences, also in quotation marks, and not the numbers of a list', () => {
    expect(check('He said "go." She went. Did she?', { sentences: { min: 3, max: 3 } }).score).toBe(1);
    expect(check('1. It works.\n2. It is fast.', { sentences: { min: 2, max: 2 } }).score).toBe(1);
  });

  it('counts bullets, numbered items, code blocks and rows of tables', () => {
    const text = '- a\n* b\n+ c\n1. d\n2) e\n```\nx\n```\n| h |\n|---|\n| r |';
    expect(
      check(text, { bullets: { min: 3, max: 3 }, numbered: { min: 2, max: 2 }, codeBlocks: { min: 1, max: 1 }, tableRows: { min: 2, max: 2 } }).score,
    ).toBe(1);
  });

  it('finds a heading at any level, whatever its emphasis and colon', () => {
    expect(check('### **Next steps:**\n', { headings: ['Next steps'] }).score).toBe(1);
    expect(check('## Q&A: notes', { headings: ['Q&A: Notes'] }).score).toBe(1);
    expect(check('Next steps', { headings: ['Next steps'] }).reasons).toEqual(['no heading "Next steps"']);
  });

  it('scores the share of the constraints that hold', () => {
    expect(check('A cat.', { contains: ['cat', 'dog'], excludes: ['cat', 'cow'] })).toEqual({
      score: 0.5,
      reasons: ['lacks "dog"', 'has "cat"'],
    });
  });
});
