/** Ids of traces and spans that are unique without asking anybody: random bytes, then a count. */

export interface SpanIds {
  /** 32 hexadecimal digits. */
  trace(): string;
  /** 16 hexadecimal digits. */
  span(): string;
}

/** `randomHex` gives so many random bytes as hexadecimal digits; it is asked once for every 16 million ids. */
export function spanIds(randomHex: (bytes: number) => string): SpanIds {
  const counted = (bytes: number): (() => string) => {
    let prefix = '';
    let count = 0;
    return () => {
      if (count % 0x1000000 === 0) prefix = randomHex(bytes - 3);
      return prefix + (0x1000000 + (count++ % 0x1000000)).toString(16).slice(1);
    };
  };
  return { trace: counted(16), span: counted(8) };
}
