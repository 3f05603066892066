/** A number with its unit and its interval; or that it is not known. */
import { formatInterval, formatMetric } from '@ratchet/harness/measures';
import type { Interval } from '@ratchet/service';

export type Metric = Parameters<typeof formatInterval>[0];

export function Estimate({ metric, interval }: { readonly metric: Metric; readonly interval: Interval | null | undefined }) {
  if (interval == null) return <span class="soft">not known</span>;
  const [value, range] = splitInterval(formatInterval(metric, interval));
  return (
    <span class="estimate">
      {value} <span class="range">{range}</span>
    </span>
  );
}

export function Amount({ metric, value }: { readonly metric: Metric; readonly value: number | null | undefined }) {
  return value == null ? <span class="soft">not known</span> : <span class="estimate">{formatMetric(metric, value)}</span>;
}

export function splitInterval(text: string): readonly [string, string] {
  const at = text.indexOf(' [');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
