import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventParser } from '../../../src/page/service/server-events.ts';

describe('server-sent events', () => {
  it('are the same wherever the network cuts them', () => {
    const line = fc.string({ maxLength: 10 }).map((text) => text.replace(/[\r\n]/g, ''));
    const ends = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(
        fc.array(fc.array(line, { minLength: 1, maxLength: 3 }), { maxLength: 5 }),
        ends,
        fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
        (events, end, cuts) => {
          const text = events.map((lines) => `${lines.map((one) => `data: ${one}${end}`).join('')}${end}`).join(`: a comment${end}`);
          const parse = eventParser();
          const found: string[] = [];
          for (let at = 0; at < text.length; ) {
            const length = cuts.next().value as number;
            found.push(...parse(text.slice(at, at + length)));
            at += length;
          }
          expect(found).toEqual(events.map((lines) => lines.join('\n')));
        },
      ),
    );
  });

  it('are not given before they are whole', () => {
    const parse = eventParser();
    expect(parse('data: {"a":')).toEqual([]);
    expect(parse('1}\n')).toEqual([]);
    expect(parse('\n')).toEqual(['{"a":1}']);
  });
});
