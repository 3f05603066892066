/** A trace as a tree: each step with what it took, and its particulars to unfold. */
import { formatMs, formatUsd } from '@ratchet/harness/measures';
import type { TraceSpan } from '@ratchet/service';

export function TraceTree({ span }: { readonly span: TraceSpan }) {
  return (
    <ul class="trace">
      <Span span={span} depth={0} />
    </ul>
  );
}

/** Steps deeper than this are folded at first. */
const openDepth = 2;

function Span({ span, depth }: { readonly span: TraceSpan; readonly depth: number }) {
  const { name, attributes, results, content, error, children } = span;
  const particulars = Object.entries({ ...attributes, ...results, ...content });
  return (
    <li>
      <details open={depth < openDepth}>
        <summary>
          <strong>{name}</strong> <span class="soft">{takes(span)}</span>
          {error === undefined ? null : <span class="bad"> {error.kind}</span>}
        </summary>
        {error?.message === undefined ? null : <p class="bad">{error.message}</p>}
        {particulars.length === 0 ? null : (
          <dl>
            {particulars.map(([key, value]) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        )}
        {children.length === 0 ? null : (
          <ul>
            {children.map((child, index) => (
              <Span key={index} span={child} depth={depth + 1} />
            ))}
          </ul>
        )}
      </details>
    </li>
  );
}

/** Simulated time and money where the step knows them; else the clock on the wall. */
function takes({ results, durationMs }: TraceSpan): string {
  const { latencyMs, costUsd } = results;
  return [formatMs(typeof latencyMs === 'number' ? latencyMs : durationMs), ...(typeof costUsd === 'number' ? [formatUsd(costUsd)] : [])].join(', ');
}
