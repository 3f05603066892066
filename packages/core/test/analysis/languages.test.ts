import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';

const of = (text: string) => analyze({ id: 'request', text });

describe('analyze, on what is no English prose', () => {
  test.each([
    ['German', 'Ich brauche eine Zusammenfassung des Berichts in drei Sätzen, dann eine Übersetzung ins Englische, und am Ende eine Liste der offenen Fragen.'],
    ['a German list', '1. Schreibe ein Gedicht über das Meer.\n2. Zeichne eine Karte der Küste.\n3. Fasse das Buch in fünf Sätzen zusammen.'],
    ['Spanish', 'Por favor, busca un vuelo a Madrid, reserva un hotel y después envíame la confirmación por correo.'],
    ['Dutch', 'Zoek een vlucht naar Parijs in mei, boek daarna een hotel en stuur me de bevestiging.'],
    ['Chinese', '请帮我预订一张去北京的机票，然后取消酒店。'],
    ['Russian', 'Найди рейс в Москву, затем забронируй отель. Потом напиши письмо.'],
    ['JSON', JSON.stringify({ steps: ['write', 'test', 'deploy'], next: { run: true, retries: [1, 2, 3] } }, null, 2)],
    ['a log', Array.from({ length: 20 }, (_, line) => `2024-03-01 12:00:${10 + line} ERROR worker[${line}] connection refused errno=${line}`).join('\n')],
    ['code', 'const a = 1;\nfunction f(x) { return x + a; }\nfor (const y of [1, 2]) console.log(f(y));\nexport { f };'],
  ])('takes %s for one chunk', (_name, text) => {
    const { chunks, edges } = of(text);
    expect(chunks.map((chunk) => chunk.text)).toEqual([text]);
    expect(edges).toEqual([]);
  });

  test('takes any text of letters that English does not have for one chunk', () => {
    const word = fc.string({ unit: fc.constantFrom(...'абвгдежзиклмнопрстуф'), minLength: 2, maxLength: 9 });
    const text = fc.array(fc.tuple(word, fc.constantFrom(' ', ', ', '. ', '\n', ' - ')), { minLength: 1, maxLength: 60 }).map((pairs) => pairs.flat().join(''));
    fc.assert(
      fc.property(text, (written) => {
        expect(of(written).chunks.map((chunk) => chunk.text)).toEqual([written]);
      }),
    );
  });
});

describe('analyze, on quotations', () => {
  const quoted = fc
    .array(fc.constantFrom('write', 'a', 'poem', 'then', 'draw', 'it', '1.', 'and', 'finally', 'Translate'), { minLength: 1, maxLength: 12 })
    .map((words) => words.join(' '));
  const marks = fc.constantFrom(["'", "'"], ['"', '"'], ['“', '”'], ['‘', '’'], ['`', '`']);

  test('splits none, whatever it says', () => {
    fc.assert(
      fc.property(
        quoted,
        marks,
        fc.constantFrom('Translate ', 'Write a poem. Then explain ', 'Sum up the text, and answer '),
        (words, [open, close], before) => {
          const text = `${before}${open}${words}${close} and send it to Anna.`;
          const start = before.length;
          const end = start + words.length + 2;
          for (const chunk of of(text).chunks) expect(chunk.start > start && chunk.start < end).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('does not end a sentence inside the name of a file or an address', () => {
    const texts = ['Open D:\\Work\\report.txt.', 'Read https://example.com/a.b?c=1. ', 'Convert example.wav to text.'];
    for (const text of texts) expect(of(text).structure.sentences).toBe(1);
  });
});
