/** Keeps what was worked out of texts that are likely to come again. */

/**
 * A function that gives equal texts the same result, worked out once while it is kept: until texts of `mostCharacters` in all
 * are, then all are forgotten. A text that is the same string as before is found without being read.
 */
export function rememberedTexts<Result>(mostCharacters: number, workOut: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, Result>();
  let characters = 0;
  return (text) => {
    let result = known.get(text);
    if (result === undefined) {
      result = workOut(text);
      if (characters >= mostCharacters) {
        known.clear();
        characters = 0;
      }
      known.set(text, result);
      characters += text.length;
    }
    return result;
  };
}
