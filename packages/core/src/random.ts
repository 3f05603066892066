/** Counter-based seeded randomness: a draw is a pure function of its key, so the order of work cannot change it. */

export type RandomKey = string | number;

export interface Random {
  /** Uniform in [0, 1). */
  uniform(...key: readonly RandomKey[]): number;
  /** Standard normal (Box-Muller on two draws of the key). */
  normal(...key: readonly RandomKey[]): number;
  /** A source of its own, independent of this one's other keys. */
  child(...key: readonly RandomKey[]): Random;
  /** A sequence of uniform draws, for algorithms that use many; every call with a key starts the same sequence. */
  stream(...key: readonly RandomKey[]): () => number;
  /** 16 hexadecimal digits, from which `restoredRandom` makes an equal source, in another process too. */
  state(): string;
}

/** Two 32-bit words that a key is folded into. */
interface State {
  readonly a: number;
  readonly b: number;
}

/** The root source of a run. */
export function seededRandom(...seed: readonly RandomKey[]): Random {
  return randomFrom(fold({ a: 0x9e3779b9, b: 0x85ebca6b }, seed));
}

/** A source whose draws are those of the source that the state was taken of. Throws a `RangeError` for anything but 16 hexadecimal digits. */
export function restoredRandom(state: string): Random {
  if (!/^[0-9a-f]{16}$/i.test(state)) throw new RangeError(`"${state}" is not the state of a source of chance: 16 hexadecimal digits`);
  return randomFrom({ a: Number.parseInt(state.slice(0, 8), 16) | 0, b: Number.parseInt(state.slice(8), 16) | 0 });
}

function randomFrom(state: State): Random {
  return new KeyedRandom(state);
}

/** A class, as each request and each trial makes several: five functions for each would be most of what they are. */
class KeyedRandom implements Random {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  uniform(...key: readonly RandomKey[]): number {
    return toUniform(fold(this.#state, key));
  }

  normal(...key: readonly RandomKey[]): number {
    const drawn = fold(this.#state, key);
    const first = toUniform(fold(drawn, [1]));
    const second = toUniform(fold(drawn, [2]));
    return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
  }

  child(...key: readonly RandomKey[]): Random {
    return new KeyedRandom(fold(this.#state, key));
  }

  stream(...key: readonly RandomKey[]): () => number {
    const { a, b } = fold(this.#state, key);
    return sfc32(a, b, a ^ 0x6a09e667, b ^ 0x3c6ef372);
  }

  state(): string {
    return hexOf(this.#state.a) + hexOf(this.#state.b);
  }
}

const noWords: readonly number[] = [];

/** Murmur3-style mixing of each part of the key into both words. */
function fold(state: State, key: readonly RandomKey[]): State {
  let { a, b } = state;
  for (let at = 0; at < key.length; at++) {
    const part = key[at] as RandomKey;
    const text = typeof part === 'string' ? part : '';
    const words = typeof part === 'string' ? noWords : part === (part | 0) ? undefined : wordsOf(part);
    const count = words === undefined ? 1 : words.length + text.length;
    // One word more: the kind of the part, and the length of a text. The mixing stands here alone, where it costs no call.
    for (let index = 0; index <= count; index++) {
      let word: number;
      if (index === count) word = typeof part === 'string' ? 0x73 + text.length : 0x6e;
      else if (words === undefined) word = part as number;
      else word = words === noWords ? text.charCodeAt(index) : (words[index] as number);
      a = Math.imul(a ^ word, 0xcc9e2d51);
      a = (a << 15) | (a >>> 17);
      b = Math.imul(b ^ a, 0x1b873593);
      b = (b << 13) | (b >>> 19);
      a = (a + b) | 0;
    }
  }
  return { a: avalanche(a ^ b), b: avalanche(b ^ Math.imul(a, 0x27d4eb2f)) };
}

/** The bits of a number that is not a 32-bit integer, so that no two such keys are the same. */
function wordsOf(part: number): readonly number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, part);
  return [view.getInt32(0), view.getInt32(4)];
}

function avalanche(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hexOf(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

function toUniform({ a, b }: State): number {
  return ((a >>> 5) * 67108864 + (b >>> 6)) / 9007199254740992;
}

/** Small fast counter generator (C. Doty-Humphrey, PractRand); 12 rounds of warm-up. */
function sfc32(a: number, b: number, c: number, d: number): () => number {
  const state = Int32Array.of(a, b, c, d | 1);
  // Two words a draw, in one piece: a call for each would cost as much as the draw.
  const next = (): number => {
    const s0 = state[0] as number;
    const s1 = state[1] as number;
    const s2 = state[2] as number;
    const counter = state[3] as number;
    const first = (s0 + s1 + counter) | 0;
    const t0 = s1 ^ (s1 >>> 9);
    const t1 = (s2 + (s2 << 3)) | 0;
    const t2 = (((s2 << 21) | (s2 >>> 11)) + first) | 0;
    const second = (t0 + t1 + counter + 1) | 0;
    state[0] = t1 ^ (t1 >>> 9);
    state[1] = t2 + (t2 << 3);
    state[2] = ((t2 << 21) | (t2 >>> 11)) + second;
    state[3] = counter + 2;
    return ((first >>> 5) * 67108864 + (second >>> 6)) / 9007199254740992;
  };
  for (let round = 0; round < 6; round++) next();
  return next;
}
