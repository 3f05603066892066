/** Keeps what was worked out of texts that are likely to come again. */

interface Remembered<Result> {
  readonly text: string;
  readonly result: Result;
  /** Another of the same fingerprint. */
  readonly next: Remembered<Result> | undefined;
}

/**
 * A function that gives equal texts the same result, worked out once while it is kept: until texts of `mostCharacters` in all
 * are, then all are forgotten. Texts are looked up by a few of their characters, and compared with what is found: a map would read
 * all of a text, which was put together anew, one character after the other, where comparing takes many at once.
 */
export function rememberedTexts<Result>(mostCharacters: number, workOut: (text: string) => Result): (text: string) => Result {
  const known = new Map<number, Remembered<Result>>();
  let characters = 0;
  return (text) => {
    const key = fingerprint(text);
    const first = known.get(key);
    for (let one = first; one !== undefined; one = one.next) if (one.text === text) return one.result;
    const result = workOut(text);
    const forgotten = characters >= mostCharacters;
    if (forgotten) {
      known.clear();
      characters = 0;
    }
    known.set(key, { text, result, next: forgotten ? undefined : first });
    characters += text.length;
    return result;
  };
}

const sampledCharacters = 24;

/** Of its length and of characters that are spread evenly over it, as FNV-1a mixes bytes. */
function fingerprint(text: string): number {
  const step = Math.max(1, text.length / sampledCharacters);
  let mixed = text.length;
  for (let at = 0; at < text.length; at += step) mixed = Math.imul(mixed ^ text.charCodeAt(at), 16777619);
  return mixed;
}
