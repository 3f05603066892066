/** What is told of a request while it is executed, for people who wait. */

export type ProgressEvent =
  /** One of the steps that the strategy takes: a call for chunks of the request. */
  | { readonly kind: 'step'; readonly step: number; readonly of: number; readonly status: StepStatus; readonly title: string }
  /** A cycle, or a debate, goes into another round; the first answers are round 0. `atMost`: the last that there may be. */
  | { readonly kind: 'round'; readonly what: 'cycle' | 'debate'; readonly round: number; readonly atMost: number }
  /** The debate is over, and somebody has to choose. */
  | { readonly kind: 'decision' };

export type StepStatus = 'begun' | 'answered' | 'failed' | 'blocked' | 'cancelled';

/** The beginning of a step's text, in one line of at most 60 characters. */
export function stepTitle(text: string): string {
  // Of a long text, its beginning is nearly always enough.
  const start = oneLine(text.slice(0, 200));
  const line = start.length > 60 || text.length <= 200 ? start : oneLine(text);
  return line.length <= 60 ? line : `${line.slice(0, 59)}\u2026`;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
