import { expect, test } from 'vitest';
import { retryAfterMs } from '../../src/live/retry-after.ts';

test.each<[string, Record<string, string>, string, number | undefined]>([
  ['seconds', { 'retry-after': '7' }, '', 7000],
  ['parts of seconds', { 'retry-after': '0.25' }, '', 250],
  ['milliseconds, which say it more exactly', { 'retry-after': '1', 'retry-after-ms': '640' }, '', 640],
  ['a date, counted from that of the response', { 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, '', 30_000],
  ['a date that is over', { 'retry-after': 'Wed, 21 Oct 2026 07:27:00 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, '', 0],
  ['a delay in the body', {}, '{"error":{"details":[{"retryDelay": "34.5s"}]}}', 34_500],
  ['nothing', {}, 'too many requests', undefined],
  ['nonsense', { 'retry-after': 'soon' }, '', undefined],
])('reads %s', (_what, headers, message, expected) => {
  expect(retryAfterMs(headers, message)).toBe(expected);
});
