/** What went through of late and what it used, in columns: a service lets through hundreds of thousands of calls in the time that is remembered. */

export interface PassedLately {
  /** Gives the number that it is known by. `at` is never before that of an earlier one. */
  add(at: number, tokens: number): number;
  /** What a call really used; without effect on one that is forgotten. */
  use(call: number, tokens: number): void;
  /** It was refused, and counts no more. */
  refuse(call: number): void;
  /** Of calls after `from` and up to `to`, without those that were refused; as far as they are remembered. */
  between(from: number, to: number): { readonly requests: number; readonly tokens: number };
}

const refused = Number.NaN;

/** Forgets what is `rememberedMs` or longer before the last one. Amortised O(1) a call, 16 bytes each. */
export function passedLately(rememberedMs: number): PassedLately {
  // A ring: the call with the number n is at n modulo its length, a power of two.
  let times = new Float64Array(64);
  let used = new Float64Array(64);
  let [first, next] = [0, 0];
  const placeOf = (call: number): number => call & (times.length - 1);
  const grow = (): void => {
    const [earlierTimes, earlierUsed] = [times, used];
    times = new Float64Array(2 * earlierTimes.length);
    used = new Float64Array(2 * earlierTimes.length);
    for (let call = first; call < next; call++) {
      const from = call & (earlierTimes.length - 1);
      times[placeOf(call)] = earlierTimes[from] as number;
      used[placeOf(call)] = earlierUsed[from] as number;
    }
  };
  return {
    add: (at, tokens) => {
      while (first < next && (times[placeOf(first)] as number) <= at - rememberedMs) first++;
      if (next - first === times.length) grow();
      times[placeOf(next)] = at;
      used[placeOf(next)] = tokens;
      return next++;
    },
    use: (call, tokens) => {
      if (call >= first) used[placeOf(call)] = tokens;
    },
    refuse: (call) => {
      if (call >= first) used[placeOf(call)] = refused;
    },
    between: (from, to) => {
      let [requests, tokens] = [0, 0];
      for (let call = first; call < next; call++) {
        const [at, own] = [times[placeOf(call)] as number, used[placeOf(call)] as number];
        if (at <= from || at > to || Number.isNaN(own)) continue;
        requests++;
        tokens += own;
      }
      return { requests, tokens };
    },
  };
}
