import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, virtualClock } from '@ratchet/core';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { earlierFile, lineFile } from '../../src/line-file.ts';
import { circuitBreaker } from '../../src/spool/circuit-breaker.ts';
import { deliverSpool, type Pace } from '../../src/spool/deliver-spool.ts';
import { type Destination, Refused, ServiceAway } from '../../src/spool/destination.ts';
import { spoolReader } from '../../src/spool/spool-reader.ts';
import { type SpoolLimits, spoolWriter } from '../../src/spool/spool-writer.ts';

const root = mkdtempSync(join(tmpdir(), 'ratchet-spool-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(root, `${folders++}`);
const small: SpoolLimits = { segmentBytes: 100, maxBytes: 1e6, bufferBytes: 0 };

function writeLines(folder: string, writer: string, lines: readonly string[], limits = small): number {
  const spool = spoolWriter(folder, writer, limits);
  for (const line of lines) spool.write(line);
  spool.close();
  return spool.dropped();
}
const numbered = (count: number, prefix = ''): readonly string[] => Array.from({ length: count }, (_, index) => `${prefix}line ${index}`);

/** Reads until nothing is left, as if all were taken. */
function drain(folder: string, limits = { lines: 7, bytes: 60 }): readonly string[] {
  const reader = spoolReader(folder, limits);
  const read: string[] = [];
  for (let batch = reader.next(); batch !== undefined; batch = reader.next()) {
    read.push(...batch.lines);
    reader.sent(batch, batch.lines.length);
  }
  reader.finish();
  return read;
}

describe('a spool', () => {
  test('gives back what was written, each line once and in order, whatever the sizes, and leaves no file', () => {
    const line = fc.string({ maxLength: 50 }).map((text) => JSON.stringify(text));
    const sizes = fc.record({ segmentBytes: fc.integer({ min: 1, max: 200 }), bufferBytes: fc.integer({ min: 0, max: 200 }), maxBytes: fc.constant(1e6) });
    const batches = fc.record({ lines: fc.integer({ min: 1, max: 9 }), bytes: fc.integer({ min: 1, max: 80 }) });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), sizes, batches, (lines, limits, batch) => {
        const folder = newFolder();
        writeLines(folder, 'main', lines, limits);
        expect(drain(folder, batch)).toEqual(lines);
        expect(existsSync(folder)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  test('keeps apart what several write at once', () => {
    const folder = newFolder();
    const [a, b] = [spoolWriter(folder, 'main', small), spoolWriter(folder, 'thread-1', small)];
    for (let index = 0; index < 30; index++) {
      a.write(`a${index}`);
      b.write(`b${index}`);
    }
    a.close();
    b.close();
    const read = drain(folder);
    expect(read.filter((line) => line.startsWith('a'))).toEqual(Array.from({ length: 30 }, (_, index) => `a${index}`));
    expect(read.filter((line) => line.startsWith('b'))).toEqual(Array.from({ length: 30 }, (_, index) => `b${index}`));
  });

  test('goes on where it was when a crash came, and sends nothing twice that was known to be sent', () => {
    const folder = newFolder();
    writeLines(folder, 'main', numbered(20));
    const first = spoolReader(folder, { lines: 4, bytes: 1e4 });
    const batch = first.next();
    if (batch === undefined) throw new Error('nothing to read');
    first.refs.set('object', 'weave:///reference');
    first.sent(batch, 2);
    // And then nothing more is heard of it.
    expect(spoolReader(folder, { lines: 4, bytes: 1e4 }).refs.get('object')).toBe('weave:///reference');
    expect(drain(folder)).toEqual(numbered(20).slice(2));
  });

  test('leaves a line that was cut off by a crash until it is whole', () => {
    const folder = newFolder();
    writeLines(folder, 'main', ['whole']);
    const [file = ''] = readdirSync(folder);
    appendFileSync(join(folder, file), 'half of a li');
    const reader = spoolReader(folder, { lines: 10, bytes: 1e4 });
    const batch = reader.next();
    expect(batch?.lines).toEqual(['whole']);
    if (batch !== undefined) reader.sent(batch, 1);
    expect(reader.next()).toBeUndefined();
    appendFileSync(join(folder, file), 'ne\n');
    expect(reader.next()?.lines).toEqual(['half of a line']);
  });

  test('sends all again when it no longer knows what was sent', () => {
    const folder = newFolder();
    writeLines(folder, 'main', numbered(3));
    writeFileSync(join(folder, 'sent.json'), '{ damaged');
    expect(drain(folder)).toEqual(numbered(3));
  });

  test('is bounded: beyond its size lines are dropped, and counted', () => {
    const folder = newFolder();
    const dropped = writeLines(folder, 'main', numbered(1_000), { ...small, maxBytes: 1_000 });
    const kept = drain(folder, { lines: 1_000, bytes: 1e6 });
    expect(dropped).toBe(1_000 - kept.length);
    expect(kept).toEqual(numbered(kept.length));
    expect(kept.join('\n').length).toBeLessThan(1_000 + small.segmentBytes + 20);
  });

  test('keeps what was refused for the next time by hand', () => {
    const folder = newFolder();
    writeLines(folder, 'main', ['good']);
    const reader = spoolReader(folder, { lines: 10, bytes: 1e4 });
    const batch = reader.next();
    if (batch !== undefined) reader.sent(batch, 1);
    reader.refuse(['bad 1', 'bad 2']);
    expect(reader.finish()).toEqual({ leftBytes: 0, leftLines: 0, refusedLines: 2 });
    expect(spoolReader(folder, { lines: 10, bytes: 1e4 }).next()).toBeUndefined();
    expect(spoolReader(folder, { lines: 10, bytes: 1e4 }, { retry: true }).next()?.lines).toEqual(['bad 1', 'bad 2']);
  });
});

describe('deliverSpool', () => {
  const breaker = { firstMs: 100, longestMs: 1_000 };
  const batchLines = 5;
  function delivery(folder: string, destination: Destination, parts: { readonly clock?: Clock; readonly pace?: Pace } = {}) {
    const { clock = virtualClock() } = parts;
    const reader = spoolReader(folder, { lines: batchLines, bytes: 1e4 });
    return { clock, running: deliverSpool(reader, { destination, breaker, idleMs: 50, ...parts, clock }) };
  }
  /** Works so long for each batch, by the clock, and then waits for an answer. */
  function working(clock: Clock, { workMs, answerMs }: { readonly workMs: number; readonly answerMs: number }) {
    const taken: string[] = [];
    let busyMs = 0;
    const destination: Destination = {
      send: async (lines) => {
        await clock.sleep(workMs);
        busyMs += workMs;
        await clock.sleep(answerMs);
        taken.push(...lines);
      },
    };
    return { taken, destination, busyMs: () => busyMs };
  }

  test('leaves a service that fails alone for longer and longer, and delivers all once it is back', async () => {
    const folder = newFolder();
    writeLines(folder, 'main', numbered(12));
    const tries: number[] = [];
    const taken: string[] = [];
    let clockNow = (): number => 0;
    const destination: Destination = {
      send: async (lines) => {
        tries.push(clockNow());
        if (clockNow() < 2_000) throw new ServiceAway('away');
        taken.push(...lines);
      },
    };
    const { clock, running } = delivery(folder, destination);
    clockNow = () => clock.now();
    await clock.sleep(5_000);
    expect(await running.finish(1_000)).toEqual({ sentLines: 12, refusedLines: 0, leftBytes: 0 });
    expect(taken).toEqual(numbered(12));
    // 100, 200, 400, 800, then no more than a second.
    expect(tries.slice(0, 6)).toEqual([0, 100, 300, 700, 1_500, 2_500]);
  });

  test('keeps away as long as the service asks, within reason', async () => {
    const folder = newFolder();
    writeLines(folder, 'main', numbered(1));
    const tries: number[] = [];
    let clockNow = (): number => 0;
    const destination: Destination = {
      send: () => {
        tries.push(clockNow());
        return Promise.reject(new ServiceAway('too many', { retryAfterMs: tries.length === 1 ? 600 : 3_600_000 }));
      },
    };
    const { clock, running } = delivery(folder, destination);
    clockNow = () => clock.now();
    await clock.sleep(2_000);
    await running.finish(10);
    expect(tries.slice(0, 3)).toEqual([0, 600, 1_600]);
  });

  test('does not send again what was safe when the rest failed', async () => {
    const folder = newFolder();
    writeLines(folder, 'main', numbered(5), { ...small, segmentBytes: 1e6 });
    const sent: string[] = [];
    const destination: Destination = {
      send: async (lines, onSent) => {
        sent.push(...lines.slice(0, 2));
        onSent(Math.min(2, lines.length));
        if (lines.length > 2) throw new ServiceAway('away');
      },
    };
    const { clock, running } = delivery(folder, destination);
    await clock.sleep(3_000);
    expect(await running.finish(100)).toMatchObject({ sentLines: 5, leftBytes: 0 });
    expect(sent).toEqual(numbered(5));
  });

  test('sets aside what was refused although the rest failed, once, and before it counts as done with', async () => {
    const folder = newFolder();
    writeLines(folder, 'main', numbered(5), { ...small, segmentBytes: 1e6 });
    const taken: string[] = [];
    const destination: Destination = {
      send: async (lines, onSent) => {
        if (lines.length === 5) {
          taken.push(lines[0] as string);
          onSent(2, [lines[1] as string]);
          throw new ServiceAway('away');
        }
        taken.push(...lines);
      },
    };
    const { clock, running } = delivery(folder, destination);
    await clock.sleep(3_000);
    expect(await running.finish(100)).toMatchObject({ sentLines: 4, refusedLines: 1, leftBytes: 0 });
    expect(taken).toEqual(numbered(5).filter((line) => line !== numbered(5)[1]));
    expect(readFileSync(join(folder, 'lines.refused'), 'utf8')).toBe(`${numbered(5)[1]}\n`);
  });

  test('ends at the deadline, whatever the service does, and says why', async () => {
    const folder = newFolder();
    writeLines(folder, 'main', numbered(3));
    const { clock, running } = delivery(folder, { send: () => new Promise(() => undefined) });
    const begun = clock.now();
    const report = await running.finish(400);
    expect(clock.now() - begun).toBe(400);
    expect(report.leftBytes).toBeGreaterThan(0);
    const failing = delivery(newFolderWith(numbered(3)), { send: () => Promise.reject(new Refused(422, 'no')) });
    expect(await failing.running.finish(400)).toMatchObject({ sentLines: 0, problem: 'no' });
  });

  test('takes no more than its share of the time while a run goes on, then all of the time of its end, and leaves the rest for the next delivery', async () => {
    const shares = fc.constantFrom(0.05, 0.1, 0.5, 1);
    const times = fc.record({
      workMs: fc.integer({ min: 1, max: 40 }),
      answerMs: fc.integer({ min: 0, max: 40 }),
      runMs: fc.integer({ min: 300, max: 2_000 }),
    });
    await fc.assert(
      fc.asyncProperty(shares, times, async (share, { workMs, answerMs, runMs }) => {
        const lines = numbered(200);
        const folder = newFolder();
        writeLines(folder, 'main', lines, { ...small, segmentBytes: 1e6 });
        const clock = virtualClock();
        const { taken, destination, busyMs } = working(clock, { workMs, answerMs });
        const { running } = delivery(folder, destination, { clock, pace: { share, busyMs } });
        await clock.sleep(runMs);
        // A batch is not left off in the middle.
        expect(busyMs()).toBeLessThanOrEqual(share * runMs + workMs);
        // Waiting for answers is no work: it comes on top of the rest.
        const turnMs = workMs / share + answerMs;
        expect(taken.length).toBeGreaterThanOrEqual(Math.min(lines.length, batchLines * Math.floor(runMs / turnMs)));
        const before = taken.length;
        const exitMs = 0.05 * runMs;
        const report = await running.finish(exitMs);
        expect(clock.now()).toBeLessThanOrEqual(runMs + exitMs);
        expect(taken.length - before).toBeLessThanOrEqual(batchLines * (1 + exitMs / (workMs + answerMs)));
        const left = lines.length - taken.length;
        expect(report).toEqual({ sentLines: taken.length, refusedLines: 0, leftBytes: expect.any(Number), ...(left === 0 ? {} : { leftLines: left }) });
        await delivery(folder, destination, { clock }).running.finish(1e6);
        // What was under way at the deadline is all that may come twice.
        expect([...new Set(taken)]).toEqual(lines);
        expect(taken.length).toBeLessThanOrEqual(lines.length + batchLines);
      }),
      { numRuns: 15 },
    );
  });

  test('sends what comes now and then as it comes, whatever its share', async () => {
    const folder = newFolder();
    const clock = virtualClock();
    const { taken, destination, busyMs } = working(clock, { workMs: 5, answerMs: 100 });
    const { running } = delivery(folder, destination, { clock, pace: { share: 0.1, busyMs } });
    for (const line of numbered(10)) {
      writeLines(folder, `writer-${line}`, [line]);
      await clock.sleep(400);
      expect(taken.at(-1)).toBe(line);
    }
    expect(await running.finish(1_000)).toMatchObject({ sentLines: 10, leftBytes: 0 });
  });

  test('begins no batch that the deadline would cut off, so that none is sent twice', async () => {
    const folder = newFolder();
    writeLines(folder, 'main', numbered(40), { ...small, segmentBytes: 1e6 });
    const clock = virtualClock();
    const { taken, destination } = working(clock, { workMs: 150, answerMs: 150 });
    const { running } = delivery(folder, destination, { clock });
    expect(await running.finish(1_000)).toMatchObject({ sentLines: 3 * batchLines, leftLines: 40 - 3 * batchLines });
    expect(clock.now()).toBe(900);
    await clock.sleep(1_000);
    expect(taken).toHaveLength(3 * batchLines);
  });

  test('sends first what stands under a name that comes first, also when it was written last', async () => {
    const folder = newFolder();
    const clock = virtualClock();
    const { taken, destination } = working(clock, { workMs: 10, answerMs: 0 });
    writeLines(folder, 'main', numbered(20));
    const { running } = delivery(folder, destination, { clock });
    await clock.sleep(5);
    writeLines(folder, '0-main', ['evaluation']);
    await running.finish(1_000);
    expect(taken.indexOf('evaluation')).toBeLessThanOrEqual(batchLines);
    expect(taken).toHaveLength(21);
  });

  function newFolderWith(lines: readonly string[]): string {
    const folder = newFolder();
    writeLines(folder, 'main', lines);
    return folder;
  }
});

test('circuitBreaker lets one request through after each pause, and forgets when it succeeds', () => {
  const breaker = circuitBreaker({ firstMs: 10, longestMs: 25 });
  expect(breaker.waitMs(0)).toBe(0);
  const pauses = [0, 100, 200].map((now) => {
    breaker.failed(now);
    return breaker.waitMs(now);
  });
  expect(pauses).toEqual([10, 20, 25]);
  expect(breaker.waitMs(225)).toBe(0);
  breaker.succeeded();
  breaker.failed(300);
  expect(breaker.waitMs(300)).toBe(10);
});

describe('lineFile', () => {
  test('never holds more than it may, and always the newest', () => {
    const file = join(newFolder(), 'main.jsonl');
    const lines = numbered(500);
    const sink = lineFile(file, { maxBytes: 2_000, bufferBytes: 50 });
    for (const line of lines) sink.write(line);
    sink.close();
    const read = [earlierFile(file), file].map((name) => (existsSync(name) ? readFileSync(name, 'utf8') : '')).join('');
    expect(read.length).toBeLessThanOrEqual(2_100);
    const kept = read.split('\n').slice(0, -1);
    expect(kept).toEqual(lines.slice(-kept.length));
    expect(kept.length).toBeGreaterThan(50);
  });

  test('keeps lines back until there are enough, or it is told', () => {
    const file = join(newFolder(), 'main.jsonl');
    const sink = lineFile(file, { maxBytes: 1e6, bufferBytes: 1_000 });
    sink.write('one');
    expect(existsSync(file)).toBe(false);
    sink.flush();
    expect(readFileSync(file, 'utf8')).toBe('one\n');
    sink.close();
  });
});
