/** The two ways to propose a cut of one feature of a node. */
import type { Criterion } from './criterion.ts';
import type { NodeRows, Span } from './node-rows.ts';

/** A splitter leaves its proposal for a feature in `cut` and `gain`; a `gain` below zero means none. */
export interface Splitter {
  /** False where the feature is the same for all rows of the node. */
  propose(feature: number, span: Span, draw: () => number): boolean;
  readonly cut: number;
  readonly gain: number;
}

/** What splitters look at; `topCodes` is the largest code of each feature in all rows. */
export interface SplitterParts {
  readonly rows: NodeRows;
  readonly criterion: Criterion;
  readonly topCodes: Uint8Array;
  readonly minLeafRows: number;
}

/** Of all cuts the one with the largest gain, over a histogram of the codes. */
export function bestSplitter({ rows, criterion, minLeafRows }: SplitterParts): Splitter {
  const proposal = { cut: 0, gain: -1 };
  return {
    propose: (feature, span) => {
      const node = rows.gather(feature, span);
      if (node.low === node.high) return false;
      criterion.findCut(node, minLeafRows);
      proposal.cut = criterion.cut;
      proposal.gain = criterion.cutGain;
      return true;
    },
    get cut() {
      return proposal.cut;
    },
    get gain() {
      return proposal.gain;
    },
  };
}

/**
 * One cut drawn between the least and the largest code of the node, each as likely (Geurts et al. 2006; over quantile bins, so over
 * ranks of values rather than values). It is drawn from the range of all rows first, which most nodes nearly fill; only a cut that
 * does not part the node makes it look for the node's own range and draw from that. Both together are uniform over the node's range.
 */
export function randomSplitter({ rows, criterion, topCodes, minLeafRows }: SplitterParts): Splitter {
  const proposal = { cut: 0, gain: -1 };
  const { listed } = rows;
  // A gain is the same from either side: the one that is likely to be the shorter is listed.
  const side: { cut: number; right: 0 | 1 } = { cut: 0, right: 0 };
  const drawSide = (low: number, high: number, draw: () => number): void => {
    side.cut = low + Math.floor(draw() * (high - low));
    side.right = 2 * side.cut < low + high ? 0 : 1;
  };
  return {
    propose: (feature, span, draw) => {
      const top = topCodes[feature] as number;
      if (top === 0) return false;
      const size = span.end - span.start;
      drawSide(0, top, draw);
      let count = rows.list(feature, side, span);
      if (count === 0 || count === size) {
        const { low, high } = rows.gather(feature, span);
        if (low === high) return false;
        drawSide(low, high, draw);
        count = rows.list(feature, side, span);
      }
      proposal.cut = side.cut;
      proposal.gain = count < minLeafRows || size - count < minLeafRows ? -1 : criterion.gainOfRows(listed, count);
      return true;
    },
    get cut() {
      return proposal.cut;
    },
    get gain() {
      return proposal.gain;
    },
  };
}
