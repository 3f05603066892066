/** A block of code out of an answer, with what is found in it; looked at once, however many answers contain it. */

export interface CodeBlock {
  /** Its own: equal code has an equal number as long as the register keeps it, other code never. */
  readonly number: number;
  readonly code: string;
  /** Whether it defines a function, class or variable of that name. */
  defines(symbol: string): boolean;
  /** Whether it holds unit tests, of that symbol where one is given. */
  tests(symbol: string | undefined): boolean;
}

const keptBlocks = 50_000;

/** Finds the block of a code, or makes it. */
export function blockRegister(): (code: string) => CodeBlock {
  const blocks = new Map<string, CodeBlock>();
  let count = 0;
  return (code) => {
    let block = blocks.get(code);
    if (block === undefined) {
      block = codeBlock(count++, code);
      if (blocks.size >= keptBlocks) blocks.clear();
      blocks.set(code, block);
    }
    return block;
  };
}

function codeBlock(number: number, code: string): CodeBlock {
  const defined = new Map<string, boolean>();
  return {
    number,
    code,
    defines: (symbol) => {
      let found = defined.get(symbol);
      if (found === undefined) {
        found = new RegExp(`(?:function\\s*\\*?|class|const|let|var)\\s+${symbol.replace(/\$/g, '\\$')}(?![\\w$])`).test(code);
        defined.set(symbol, found);
      }
      return found;
    },
    tests: (symbol) => /(?<![\w$.])(?:test|it)\s*\(/.test(code) && (symbol === undefined || code.includes(symbol)),
  };
}
