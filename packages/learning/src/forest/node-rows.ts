/** The rows of the nodes of a tree that grows, side by side in one array, and the ways to look at their codes and to part them. */
import type { NodeCodes } from './criterion.ts';

/** All rows' codes: rows x features, see `binRows`. */
export interface BinnedRows {
  readonly codes: Uint8Array;
  readonly rows: number;
  readonly features: number;
}

/** From `start` to before `end` of `members`. */
export interface Span {
  start: number;
  end: number;
}

export interface NodeRows {
  readonly members: Int32Array;
  /** Takes the rows with a count above zero, ascending; returns how many there are. */
  begin(counts: Int32Array): number;
  /** Copies the codes of a feature together and notes their range; the next call overwrites them. */
  gather(feature: number, span: Span): NodeCodes;
  /** Lists the positions of the rows on one side of a cut in `listed`; returns how many they are. The next call overwrites them. */
  list(feature: number, side: Side, span: Span): number;
  readonly listed: Int32Array;
  /** Moves the rows that go left to the front, each side in its order, and returns where the right side begins. */
  partition(feature: number, cut: number, span: Span): number;
}

/** `right` 0: the rows with codes up to and with the cut; 1: those above it. */
export interface Side {
  readonly cut: number;
  readonly right: 0 | 1;
}

/** Up to so many rows, the codes of a node are read from rows: all of them then stay in the nearest cache from feature to feature. */
const smallNode = 256;

/**
 * In the loops that part rows, each row is written to the end of a list at every step, and the end moves on where the row belongs
 * there: a branch would be guessed wrong half of the time.
 */
export function nodeRows({ codes: rowCodes, rows, features }: BinnedRows): NodeRows {
  const columnCodes = transpose(rowCodes, rows, features);
  const members = new Int32Array(rows);
  const kept = new Int32Array(rows);
  const node = { codes: new Uint8Array(rows), size: 0, low: 0, high: 0 };
  const listed = new Int32Array(rows + 1);

  const gather = (feature: number, { start, end }: Span): NodeCodes => {
    const small = end - start <= smallNode;
    const from = small ? rowCodes : columnCodes;
    const stride = small ? features : 1;
    const base = small ? feature : feature * rows;
    const { codes } = node;
    let low = 255;
    let high = 0;
    for (let index = start, position = 0; index < end; index++, position++) {
      const code = from[base + (members[index] as number) * stride] as number;
      codes[position] = code;
      if (code < low) low = code;
      if (code > high) high = code;
    }
    node.size = end - start;
    node.low = low;
    node.high = high;
    return node;
  };

  const list = (feature: number, { cut, right }: Side, { start, end }: Span): number => {
    const small = end - start <= smallNode;
    const from = small ? rowCodes : columnCodes;
    const stride = small ? features : 1;
    const base = small ? feature : feature * rows;
    // 0 for a row that goes left, 1 for one that goes right; turned round where the left side is listed.
    const turn = 1 - right;
    let count = 0;
    for (let index = start, position = 0; index < end; index++, position++) {
      listed[count] = position;
      count += ((cut - (from[base + (members[index] as number) * stride] as number)) >>> 31) ^ turn;
    }
    return count;
  };

  const partition = (feature: number, cut: number, { start, end }: Span): number => {
    const base = feature * rows;
    let front = start;
    let count = 0;
    for (let index = start; index < end; index++) {
      const row = members[index] as number;
      const goesRight = (cut - (columnCodes[base + row] as number)) >>> 31;
      members[front] = row;
      kept[count] = row;
      front += 1 - goesRight;
      count += goesRight;
    }
    for (let index = 0; index < count; index++) members[front + index] = kept[index] as number;
    return front;
  };

  return {
    members,
    begin: (counts) => {
      let size = 0;
      for (let row = 0; row < rows; row++) if ((counts[row] as number) > 0) members[size++] = row;
      return size;
    },
    gather,
    list,
    listed,
    partition,
  };
}

function transpose(codes: Uint8Array, rows: number, features: number): Uint8Array {
  const columns = new Uint8Array(codes.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let feature = 0; feature < features; feature++, at++) columns[feature * rows + row] = codes[at] as number;
  }
  return columns;
}
