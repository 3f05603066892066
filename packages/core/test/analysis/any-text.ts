/** Texts of requests as fast-check values: arbitrary ones, and ones composed of what the analyzer looks for. */
import fc from 'fast-check';

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ComposedText {
  readonly text: string;
  /** Fenced and quoted blocks. */
  readonly blocks: readonly Span[];
  /** Inline code and short quotations. */
  readonly inline: readonly Span[];
}

interface Fragment {
  readonly kind: 'words' | 'inline' | 'block';
  readonly text: string;
}

const fragment = (kind: Fragment['kind'], ...texts: readonly string[]) => fc.constantFrom(...texts).map((text): Fragment => ({ kind, text }));

const names = ['`parse(text)`', '`Queue`', '`push`', '`--force`', '`sum(a, b)`', '`const x = 1; write`', '"Write a poem."', '“the last step, then”', '`$`'];
const openings = [
  'Write a function ',
  'Then, using ',
  'build ',
  'please write tests for ',
  'Next, ',
  'and ',
  'I need a class ',
  'Could you also make ',
  'once that works, ',
  'Finally, explain ',
];
const sentences = [
  'It must be fast. ',
  'Translate it into French. ',
  'Use the first part. ',
  'Is it done? ',
  'that doubles x. ',
  'for it, then ',
  'the list of items; ',
  'No libraries: ',
];
const lineStarts = [
  '\n',
  '\n\n',
  '\n1. ',
  '\n2. ',
  '\n3) ',
  '\n- ',
  '\n* ',
  '\n  - ',
  '\n# ',
  '\n**Step 2:** ',
  '\r\n',
  '\n(a) ',
  '\n\t',
  '\n\n\n',
  '\n1.',
  '\n> ',
];
const oddities = ['😀', '\u200b', '\ud800', '…', ' ', '\t', "'", '_', '*', '.', ',', ':', 'ß', '漢字', '\u2028', 'constructor', '-:)', '()'];

const contents = [
  'Write a poem.\n\nThen write a song.',
  '1. write a test\n2. write a class',
  '',
  '`a(x)` and "b"',
  'step\r\nother',
  'for it, `b(x)`:\n\n- c\n- d',
  '\n\n',
  '  indented',
];
const shapes: readonly (readonly [string, string])[] = [
  ['```', '```'],
  ['```js', '```'],
  ['~~~', '~~~'],
  ['"""', '"""'],
  ['````md\n```', '```\n````'],
  ['~~~\n```', '~~~'],
  ['```', '````  '],
  ['  ```', '\t```'],
];
const block = fc
  .tuple(fc.constantFrom(...shapes), fc.constantFrom(...contents))
  .map(([[open, close], content]): Fragment => ({ kind: 'block', text: `${open}\n${content}\n${close}` }));

const anyFragment = fc.oneof(
  { weight: 4, arbitrary: fragment('inline', ...names) },
  { weight: 6, arbitrary: fragment('words', ...openings) },
  { weight: 4, arbitrary: fragment('words', ...sentences) },
  { weight: 5, arbitrary: fragment('words', ...lineStarts) },
  { weight: 1, arbitrary: fragment('words', ...oddities) },
  { weight: 2, arbitrary: block },
);

export const composedText: fc.Arbitrary<ComposedText> = fc.array(anyFragment, { maxLength: 25 }).map((fragments) => {
  let text = '';
  const blocks: Span[] = [];
  const inline: Span[] = [];
  for (const { kind, text: words } of fragments) {
    // A block has its lines for itself.
    if (kind === 'block' && text !== '') text += '\n';
    if (kind === 'block') blocks.push({ start: text.length, end: text.length + words.length });
    if (kind === 'inline') inline.push({ start: text.length, end: text.length + words.length });
    text += kind === 'block' ? `${words}\n` : words;
  }
  return { text, blocks, inline };
});

export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ maxLength: 300, unit: fc.constantFrom(...' \n\n`"\'#*-.,:;()1aAbe~') }),
  composedText.map(({ text }) => text),
  // Cut anywhere: fences and quotations that are never closed.
  fc.tuple(composedText, fc.nat(400)).map(([{ text }, at]) => text.slice(at)),
);
