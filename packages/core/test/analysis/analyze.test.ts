import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import type { Analysis } from '../../src/analysis.ts';
import { seededRandom } from '../../src/random.ts';
import { systemClock } from '../../src/system-clock.ts';
import { anyText, composedText } from './any-text.ts';

const of = (text: string) => analyze({ id: 'request', text });
const texts = (analysis: Analysis) => analysis.chunks.map((chunk) => chunk.text);
const edges = (analysis: Analysis) => analysis.edges.map(({ from, to, reason }) => `${from} -> ${to} ${reason}`);

function expectCovered({ chunks, text }: Analysis): void {
  expect(chunks.map((chunk) => chunk.text).join('')).toBe(text);
  expect(chunks.map((chunk) => chunk.index)).toEqual([...chunks.keys()]);
  for (const chunk of chunks) {
    expect(chunk.text).toBe(text.slice(chunk.start, chunk.end));
    expect(chunk.start).toBe(chunks[chunk.index - 1]?.end ?? 0);
    if (text !== '') expect(chunk.end).toBeGreaterThan(chunk.start);
  }
}

describe('analyze, on any text', () => {
  test('covers it completely and in order with chunks, none of them empty', () => {
    fc.assert(
      fc.property(anyText, (text) => expectCovered(of(text))),
      { numRuns: 400 },
    );
  });

  test('never splits a fenced or quoted block, inline code, or a short quotation', () => {
    fc.assert(
      fc.property(composedText, ({ text, blocks, inline }) => {
        const { chunks } = of(text);
        for (const { start, end } of [...blocks, ...inline]) {
          const cut = chunks.find((chunk) => chunk.start > start && chunk.start < end);
          expect(cut, `${JSON.stringify(text.slice(start, end))} is split`).toBeUndefined();
        }
      }),
      { numRuns: 250 },
    );
  });

  test('finds exactly the blocks that it brings along as materials', () => {
    fc.assert(
      fc.property(composedText, ({ text, blocks }) => {
        expect(of(text).materials).toEqual(blocks.map(({ start, end }) => ({ start, end, text: text.slice(start, end) })));
      }),
      { numRuns: 250 },
    );
  });

  test('leads every edge forward, in the order of the text, each pair of chunks at most once', () => {
    fc.assert(
      fc.property(composedText, ({ text }) => {
        const { chunks, edges: found } = of(text);
        for (const { from, to } of found) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(from).toBeLessThan(to);
          expect(to).toBeLessThan(chunks.length);
        }
        expect(new Set(found.map(({ from, to }) => `${from} ${to}`)).size).toBe(found.length);
        expect(found).toEqual([...found].sort((a, b) => a.to - b.to || a.from - b.from));
      }),
      { numRuns: 200 },
    );
  });

  test('comes to the same result every time, whatever was analysed before', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, other) => {
        const first = of(text);
        of(other);
        expect(of(text)).toEqual(first);
      }),
    );
  });

  test('counts what it found, and keeps the score of complexity in [0, 1]', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { chunks, edges: found, materials, structure, complexity } = of(text);
        const depth = chunks.map(() => 1);
        for (const { from, to } of found) depth[to] = Math.max(depth[to] as number, (depth[from] as number) + 1);
        const widths = depth.map((level) => depth.filter((other) => other === level).length);
        expect(structure).toMatchObject({
          characters: text.length,
          chunks: chunks.length,
          edges: found.length,
          materials: materials.length,
          depth: Math.max(...depth),
          width: Math.max(...widths),
        });
        for (const count of Object.values(structure)) expect(count).toBeGreaterThanOrEqual(0);
        expect(complexity.score).toBeGreaterThanOrEqual(0);
        expect(complexity.score).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});

describe('analyze, on texts that nobody writes', () => {
  const random = seededRandom('long texts');
  const drawn = (characters: readonly string[]) => {
    const next = random.stream(characters.length);
    return Array.from({ length: 100_000 }, () => characters[Math.floor(next() * characters.length)]).join('');
  };
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => String.fromCharCode(from + index));

  test.each([
    ['random printable characters', drawn(range(32, 127))],
    ['random code units', drawn(range(0, 65_536))],
    ['random letters, marks and lines', drawn([...'ab `"\n.,:#-*1'])],
    ['random emoji', drawn(['😀', '👩‍👩‍👧', '🎉', ' '])],
    ...[
      'a',
      'word ',
      'then ',
      'i need ',
      'Write a test, ',
      'http://a.',
      "'a",
      '#a',
      'a.b.',
      '-',
      '`',
      '"',
      '"""\n',
      '```\n',
      '“',
      '\n',
      ' ',
      '1. write a test\n',
      '- ',
      '漢',
      'e\u0301',
      '`a(b)`, ',
      '(',
      'a@',
    ].map((unit) => [`${JSON.stringify(unit)} over and over`, unit.repeat(Math.ceil(100_000 / unit.length))]),
  ])('takes 100 kB of %s without delay', (_name, text) => {
    const clock = systemClock();
    const begun = clock.now();
    expectCovered(of(text));
    expect(clock.now() - begun).toBeLessThan(2500);
  });

  test('takes an empty text, and one of spaces or emoji, for one chunk without an operation', () => {
    for (const text of ['', ' \n ', '😀🎉👩‍👩‍👧']) {
      const { chunks, edges: found, structure } = of(text);
      expect(chunks).toEqual([{ index: 0, start: 0, end: text.length, text, operation: null }]);
      expect(found).toEqual([]);
      expect(structure).toMatchObject({ depth: 1, width: 1 });
    }
  });

  test('is not confused by words that objects know', () => {
    const text = 'Write a constructor for __proto__, then a toString for hasOwnProperty.';
    expect(texts(of(text)).join('')).toBe(text);
  });

  test('leaves what lies beyond the part it looks at to the last chunk', () => {
    const text = `1. Write a poem.\n2. Write a song.\n${'la '.repeat(10_000)}\n3. Write a novel.`;
    expect(texts(of(text))).toEqual(['1. Write a poem.\n', text.slice(text.indexOf('2.'))]);
  });
});

describe('analyze, on requests', () => {
  test.each([
    'Write a poem about the sea.',
    'What is the capital of France?',
    'Translate the sentence below into French.',
    'Could you write me a function `add(a, b)`? It returns the sum. No libraries please.',
    'Write a function `add(a, b)`. Call `add(1, 2)` once at the end.',
    'Write a class `Queue`.\n\n- `push(item)` adds one.\n- `pop()` removes one.',
    'Write `add(a, b)`.\n\n1. It must be fast.\n2. It must be small.\n3. It must be documented.',
  ])('sees a single wish in %o', (text) => {
    expect(texts(of(text))).toEqual([text]);
  });

  test('sees three wishes in a numbered list of three', () => {
    expect(texts(of('1. Write a poem.\n2. Draw a map.\n3. Summarise the book.'))).toEqual(['1. Write a poem.\n', '2. Draw a map.\n', '3. Summarise the book.']);
    expect(texts(of('Three things:\n\n1) Write `a(x)`.\n2) Write `b(y)`.\n3) Write `c(z)`.'))).toEqual([
      'Three things:\n\n1) Write `a(x)`.\n',
      '2) Write `b(y)`.\n',
      '3) Write `c(z)`.',
    ]);
  });

  test('sees the wishes of paragraphs, and of bullets', () => {
    expect(texts(of('Write a haiku.\n\nWrite a limerick.\n\nWrite a sonnet.'))).toEqual(['Write a haiku.\n\n', 'Write a limerick.\n\n', 'Write a sonnet.']);
    expect(texts(of('- write a haiku\n- write a limerick'))).toEqual(['- write a haiku\n', '- write a limerick']);
  });

  test('sees one wish in an item, whatever else the item says', () => {
    const items = ['1. Write a poem. Then write a title for it.\n', '2. Draw a map.\n', '3. Summarise the book.'];
    expect(texts(of(items.join('')))).toEqual(items);
  });

  test('sees a wish in an item that only names a thing, when most others ask for something', () => {
    expect(texts(of('1. To do:\n- write a haiku\n- write a limerick\n- a sonnet'))).toEqual([
      '1. To do:\n- write a haiku\n',
      '- write a limerick\n',
      '- a sonnet',
    ]);
  });

  test('takes what a nested list says for part of its item', () => {
    for (const items of [
      ['1. Write a poem.\n   - use a rhyme\n   - name a bird\n', '2. Write a song.'],
      ['- write a poem\n  - use a rhyme\n  - name a bird\n', '- write a song'],
    ])
      expect(texts(of(items.join('')))).toEqual(items);
  });

  test('finds a chunk that needs another by the name of its code, and cuts before the words that lead it in', () => {
    const analysis = of('Write a function `a(x)` that doubles x. Then, using `a`, build `b(y)` that adds one.');
    expect(texts(analysis)).toEqual(['Write a function `a(x)` that doubles x. ', 'Then, using `a`, build `b(y)` that adds one.']);
    expect(edges(analysis)).toEqual(['0 -> 1 name']);
  });

  test.each(['Then, using `a`, build `b(y)`.', 'Once `a` works, build `b(y)`.', 'With `a`, build `b(y)`.', 'Next, based on `a`, please build `b(y)`.'])(
    'gives a phrase that is set before a wish to that wish: %s',
    (second) => {
      const first = 'Write a function `a(x)` that doubles a number. ';
      const analysis = of(first + second);
      expect(texts(analysis)).toEqual([first, second]);
      expect(edges(analysis)).toEqual(['0 -> 1 name']);
    },
  );

  test('does not give what led in one wish to the next', () => {
    expect(texts(of('Using JavaScript, write `a(x)`, build `b(y)`.'))).toEqual(['Using JavaScript, write `a(x)`, ', 'build `b(y)`.']);
  });

  test('leaves a sentence that only describes with the wish before it', () => {
    const analysis = of('Write `a(x)`. With a negative number, it throws. Then write `b(y)`.');
    expect(texts(analysis)).toEqual(['Write `a(x)`. With a negative number, it throws. ', 'Then write `b(y)`.']);
  });

  test('finds a chunk that needs the one before it by a pronoun, and by a word of order', () => {
    expect(edges(of('Write a poem about the sea. Finally, make a title for it.'))).toEqual(['0 -> 1 reference']);
    expect(edges(of('Write a poem.\n\nThen write a review.'))).toEqual(['0 -> 1 order']);
  });

  test('finds a chunk that is named by its place', () => {
    expect(edges(of('1. Write a poem.\n2. Draw a map.\n3. Write a song from the first item.'))).toEqual(['0 -> 2 reference']);
    expect(edges(of('1. Write a poem.\n2. Draw a map.\n3. Write a song that fits step 2.'))).toEqual(['1 -> 2 reference']);
  });

  test('finds every chunk whose names a chunk mentions, in the order of the text, and does not guess beyond them', () => {
    const two = 'Write a function `a(x)`. Then write a function `b(y)`. ';
    const onThird = (text: string) => edges(of(text)).filter((edge) => edge.includes('> 2'));
    expect(onThird(`${two}Finally, write a function \`c(z)\` with \`b\` and \`a\`.`)).toEqual(['0 -> 2 name', '1 -> 2 name']);
    expect(onThird(`${two}Finally, write a function \`c(z)\` with this for \`a\`.`)).toEqual(['0 -> 2 name']);
    expect(edges(of('1. Write `a(x)`.\n2. Write `b(y)` that calls `a` of step 1.'))).toEqual(['0 -> 1 name']);
  });

  test('finds no edges between wishes that have nothing to do with each other', () => {
    expect(edges(of('1. Write a poem.\n2. Draw a map.\n3. Summarise the book.'))).toEqual([]);
    expect(edges(of('Write `a(x)` that doubles x.\n\nWrite `b(y)` that adds one.'))).toEqual([]);
  });

  test('names verb, object and code of what a chunk asks for, as the user wrote them', () => {
    const { chunks } = of('Write a function `a(x)` that doubles x. Then, using `a`, build `b(y)` that adds one.');
    expect(chunks.map((chunk) => chunk.operation)).toEqual([
      { verb: 'write', object: 'a function `a(x)`', names: ['a'] },
      { verb: 'build', object: '`b(y)`', names: ['b'] },
    ]);
  });

  test('finds the materials of a request, and no wishes in them', () => {
    const fence = '```js\n// 1. Write a poem.\n// 2. Write a song.\n```';
    const quoted = '"""\nWrite a novel. Then write a play.\n"""';
    const text = `Explain the code.\n\n${fence}\n\nThen write a summary.\n\n${quoted}\n`;
    const analysis = of(text);
    expect(analysis.materials.map((material) => material.text)).toEqual([fence, quoted]);
    expect(texts(analysis)).toEqual([`Explain the code.\n\n${fence}\n\n`, `Then write a summary.\n\n${quoted}\n`]);
    expect(analysis.structure).toMatchObject({ materials: 2, materialWords: 21 });
  });

  test('counts words, sentences, items, questions and names', () => {
    const text = 'Write `a(x)` and `b(y)`. Why not?\n\n- fast\n- small, with `=== 1`\n\nCall `a(x)`.';
    expect(of(text).structure).toMatchObject({ characters: text.length, listItems: 2, questions: 1, names: 2 });
  });
});

describe('analyze, of a request that offers tools', () => {
  const text = 'Fetch the weather of Lima, then convert it to Fahrenheit.';
  const tools = { names: ['get_weather', 'convert'], parameters: 4, schemaCharacters: 900 };

  test('hands them on, and finds the same otherwise', () => {
    const { tools: found, ...rest } = analyze({ id: 'request', text, tools });
    expect(found).toBe(tools);
    expect(rest).toEqual(of(text));
  });

  test('tells no tools from tools that nothing is known of', () => {
    expect(of(text)).not.toHaveProperty('tools');
    const none = { names: [], parameters: 0, schemaCharacters: 0 };
    expect(analyze({ id: 'request', text, tools: none }).tools).toEqual(none);
  });
});
