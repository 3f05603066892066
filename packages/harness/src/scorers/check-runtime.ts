/** The small test library that code under test and its checks see inside the sandbox. */

/** Makes a program's time, time zone and chance the same on every run, and gives it what every JavaScript host has. */
export const deterministicEnvironment = `
(() => {
  let state = 0x2545f491;
  Math.random = () => { state ^= state << 13; state ^= state >>> 17; state ^= state << 5; return (state >>> 0) / 4294967296; };

  const RealDate = Date, proto = RealDate.prototype;
  let now = 1735689600000;
  const hasZone = /(?:Z|GMT|UTC|[+-]\\d\\d:?\\d\\d)\\s*(?:\\([^)]*\\))?$/i;
  const parse = (text) => {
    const zoned = String(text).trim();
    if (hasZone.test(zoned) || /^[+-]?\\d+(?:-\\d\\d){0,2}$/.test(zoned)) return realParse(zoned);
    return realParse(/^[+-]?\\d+-\\d\\d-\\d\\dT/.test(zoned) ? zoned + 'Z' : zoned + ' UTC');
  };
  const realParse = RealDate.parse;
  RealDate.parse = parse;
  RealDate.now = () => now++;
  for (const field of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'])
    for (const verb of ['get', 'set']) if (proto[verb + 'UTC' + field]) proto[verb + field] = proto[verb + 'UTC' + field];
  const two = (number) => String(number).padStart(2, '0');
  const valid = (write) => function () { return Number.isNaN(this.getTime()) ? 'Invalid Date' : write(this, this.toUTCString().split(/,? /)); };
  proto.getTimezoneOffset = function () { return Number.isNaN(this.getTime()) ? NaN : 0; };
  proto.toDateString = valid((date, [day, number, month, year]) => [day, month, number, year].join(' '));
  proto.toTimeString = valid((date, parts) => parts[4] + ' GMT+0000 (UTC)');
  proto.toString = valid((date) => date.toDateString() + ' ' + date.toTimeString());
  proto.toLocaleDateString = valid((date) => date.getMonth() + 1 + '/' + date.getDate() + '/' + date.getFullYear());
  proto.toLocaleTimeString = valid((date) => (date.getHours() % 12 || 12) + ':' + two(date.getMinutes()) + ':' + two(date.getSeconds()) + (date.getHours() < 12 ? ' AM' : ' PM'));
  proto.toLocaleString = valid((date) => date.toLocaleDateString() + ', ' + date.toLocaleTimeString());
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new Date().toString(),
    construct: (target, args, newTarget) => {
      const [first] = args;
      const time = args.length === 0 ? now++ : args.length > 1 ? RealDate.UTC(...args)
        : first instanceof RealDate ? first.getTime() : typeof first === 'string' ? parse(first) : first;
      return Reflect.construct(target, [time], newTarget);
    },
  });
  proto.constructor = Date;

  const silent = () => {};
  globalThis.console = new Proxy({}, { get: () => silent });
  globalThis.queueMicrotask = (run) => { Promise.resolve().then(run); };
  globalThis.structuredClone = (value, seen = new Map()) => {
    if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError(String(value) + ' could not be cloned');
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const keep = (copy) => { seen.set(value, copy); return copy; };
    const clone = (inner) => structuredClone(inner, seen);
    if (value instanceof RealDate) return keep(new Date(value.getTime()));
    if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
    if (value instanceof Map) { const copy = keep(new Map()); for (const [key, inner] of value) copy.set(clone(key), clone(inner)); return copy; }
    if (value instanceof Set) { const copy = keep(new Set()); for (const inner of value) copy.add(clone(inner)); return copy; }
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return keep(value.slice());
    const copy = keep(Array.isArray(value) ? new Array(value.length) : value instanceof Error ? new value.constructor(value.message) : {});
    for (const key of Object.keys(value)) copy[key] = clone(value[key]);
    return copy;
  };
})();
var module = { exports: {} }, exports = module.exports;`;

/** Checks as a script. They keep the library when the program has functions of the same names, and may have names of its own. */
export function checksScript(tests: string): string {
  return `(({ check, ok, equal, near, throws, rejects }) => {\n${tests}\n})(__library);`;
}

/** check(name, fn) and assertions for checks; test/it and expect for tests that are themselves the answer. */
export const checkRuntime = `
const __checks = [];
function check(name, run) { __checks.push({ name, run }); }
function __show(value) { try { return typeof value === 'function' ? 'function' : JSON.stringify(value) ?? String(value); } catch { return String(value); } }
function __same(a, b) {
  if (a === b || Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (a instanceof Map && b instanceof Map) return __same([...a], [...b]);
  if (a instanceof Set && b instanceof Set) return __same([...a], [...b]);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a).filter((k) => a[k] !== undefined), others = Object.keys(b).filter((k) => b[k] !== undefined);
  return keys.length === others.length && keys.every((k) => Object.hasOwn(b, k) && __same(a[k], b[k]));
}
function ok(value, message) { if (!value) throw new Error(message ?? 'expected a truthy value, got ' + __show(value)); }
function equal(actual, expected, message) {
  if (!__same(actual, expected)) throw new Error(message ?? 'expected ' + __show(expected) + ', got ' + __show(actual));
}
function near(actual, expected, tolerance = 1e-9) {
  if (!(Math.abs(actual - expected) <= tolerance)) throw new Error('expected about ' + expected + ', got ' + __show(actual));
}
function throws(run, pattern) {
  let thrown;
  try { run(); } catch (error) { thrown = error; }
  if (thrown === undefined) throw new Error('expected an error');
  if (pattern && !pattern.test(String(thrown?.message ?? thrown))) throw new Error('another error: ' + String(thrown?.message ?? thrown));
}
async function rejects(run, pattern) {
  let thrown;
  try { await run(); } catch (error) { thrown = error; }
  if (thrown === undefined) throw new Error('expected a rejection');
  if (pattern && !pattern.test(String(thrown?.message ?? thrown))) throw new Error('another error: ' + String(thrown?.message ?? thrown));
}
// Out of memory, the interpreter may have none left for an error, and throws null.
function __message(error) { return error === null ? 'out of memory' : String(error?.message ?? error); }
const __library = { check, ok, equal, near, throws, rejects };
// There are no timers, so what has not settled after many turns never will.
async function __settle(promise) {
  let settled = false;
  const mark = () => { settled = true; };
  Promise.resolve(promise).then(mark, mark);
  for (let turn = 0; turn < 10000 && !settled; turn++) await null;
  if (!settled) throw new Error('it never settles');
  return promise;
}
async function __runAll(list) {
  const ends = [];
  for (const { name, run } of list) {
    try { await __settle(run()); ends.push({ name, passed: true }); }
    catch (error) { ends.push({ name, passed: false, message: __message(error) }); }
  }
  return ends;
}
const __tests = [], __before = [];
function test(name, run) { __tests.push({ name, run: async () => { for (const b of __before) await b(); await run(); } }); }
const it = test;
function describe(name, run) { run(); }
function beforeEach(run) { __before.push(run); }
function expect(actual) {
  const matchers = (negated) => {
    const assert = (passed, text) => { if (passed === negated) throw new Error('expected ' + __show(actual) + (negated ? ' not ' : ' ') + text); };
    const threw = (pattern) => {
      let thrown; try { actual(); } catch (error) { thrown = error; }
      if (thrown === undefined) return false;
      if (pattern === undefined) return true;
      const message = String(thrown?.message ?? thrown);
      return typeof pattern === 'string' ? message.includes(pattern) : pattern instanceof RegExp ? pattern.test(message) : thrown instanceof pattern;
    };
    return {
      toBe: (e) => assert(Object.is(actual, e), 'to be ' + __show(e)),
      toEqual: (e) => assert(__same(actual, e), 'to equal ' + __show(e)),
      toStrictEqual: (e) => assert(__same(actual, e), 'to equal ' + __show(e)),
      toBeCloseTo: (e, digits = 2) => assert(Math.abs(actual - e) < 10 ** -digits / 2, 'to be close to ' + e),
      toBeTruthy: () => assert(Boolean(actual), 'to be truthy'),
      toBeFalsy: () => assert(!actual, 'to be falsy'),
      toBeNull: () => assert(actual === null, 'to be null'),
      toBeUndefined: () => assert(actual === undefined, 'to be undefined'),
      toBeDefined: () => assert(actual !== undefined, 'to be defined'),
      toBeGreaterThan: (e) => assert(actual > e, 'to be greater than ' + e),
      toBeGreaterThanOrEqual: (e) => assert(actual >= e, 'to be at least ' + e),
      toBeLessThan: (e) => assert(actual < e, 'to be less than ' + e),
      toBeLessThanOrEqual: (e) => assert(actual <= e, 'to be at most ' + e),
      toContain: (e) => assert(actual?.includes?.(e) ?? false, 'to contain ' + __show(e)),
      toContainEqual: (e) => assert([...actual].some((x) => __same(x, e)), 'to contain ' + __show(e)),
      toHaveLength: (e) => assert(actual?.length === e, 'to have length ' + e),
      toHaveProperty: (k) => assert(actual != null && k in Object(actual), 'to have the property ' + k),
      toMatch: (p) => assert(typeof p === 'string' ? String(actual).includes(p) : p.test(actual), 'to match ' + p),
      toBeInstanceOf: (c) => assert(actual instanceof c, 'to be an instance'),
      toThrow: (pattern) => assert(threw(pattern), 'to throw'),
    };
  };
  return { ...matchers(false), not: matchers(true) };
}
`;
