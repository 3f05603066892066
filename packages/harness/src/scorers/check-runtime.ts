/** The small test library that code under test and its checks see inside the sandbox. */

/** Makes a program's time and chance the same on every run. */
export const deterministicEnvironment = `
(() => {
  let state = 0x2545f491;
  Math.random = () => { state ^= state << 13; state ^= state >>> 17; state ^= state << 5; return (state >>> 0) / 4294967296; };
  const RealDate = Date;
  let now = 1735689600000;
  globalThis.Date = class Date extends RealDate {
    constructor(...args) { if (args.length === 0) super(now++); else super(...args); }
    static now() { return now++; }
  };
})();`;

/** check(name, fn) and assertions for checks; test/it and expect for tests that are themselves the answer. */
export const checkRuntime = `
const __checks = [];
function check(name, run) { __checks.push({ name, run }); }
function __show(value) { try { return typeof value === 'function' ? 'function' : JSON.stringify(value) ?? String(value); } catch { return String(value); } }
function __same(a, b) {
  if (Object.is(a, b)) return true;
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
async function __runAll(list) {
  const ends = [];
  for (const { name, run } of list) {
    try { await run(); ends.push({ name, passed: true }); }
    catch (error) { ends.push({ name, passed: false, message: String(error?.message ?? error) }); }
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
