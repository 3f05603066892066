/** What the service decides just now: rates and means of the last two minutes, strategies, and the newest decisions. */
import { formatCount, formatMs, formatShare, formatUsd } from '@ratchet/harness/measures';
import type { LiveDecision } from '@ratchet/service';
import { useEffect, useRef, useState } from 'preact/hooks';
import { DecisionFacts } from '../elements/decision-facts.tsx';
import { Failure } from '../elements/states.tsx';
import { now } from '../page-clock.ts';
import { connection, reconnections, reportLost } from '../service/connection.ts';
import { loadMe } from '../service/me.ts';
import { theme } from '../theme.ts';
import type { LivePlot } from './live-plot.ts';
import { type LiveColumns, type LiveTotals, liveSeries } from './live-series.ts';
import { useLive } from './use-live.ts';

const length = 120;
const newest = 6;
/** Milliseconds between two drawings: more would be seen by nobody. */
const drawEveryMs = 200;

const curves: readonly {
  readonly name: keyof Omit<LiveColumns, 'seconds'>;
  readonly title: string;
  readonly color: string;
  readonly format: (value: number) => string;
  readonly most?: number;
}[] = [
  { name: 'decisionsPerSecond', title: 'Decisions a second', color: '--blue', format: (value) => String(Number(value.toPrecision(3))) },
  { name: 'quality', title: 'Quality judged, 0 to 1', color: '--green', format: (value) => String(Number(value.toFixed(2))), most: 1 },
  { name: 'costUsd', title: 'Cost of an answer, US$', color: '--orange', format: formatUsd },
  { name: 'latencyMs', title: 'Latency of an answer', color: '--purple', format: formatMs },
];

export function LiveView({ onLearning }: { readonly onLearning: () => void }) {
  const series = useRef(liveSeries(length));
  const [latest, setLatest] = useState<readonly LiveDecision[]>([]);
  const pending = useRef<readonly LiveDecision[]>([]);
  const [totals, setTotals] = useState<LiveTotals | null>(null);
  const hosts = useRef(new Map<string, HTMLElement>());
  const error = useLive((message) => {
    series.current.add(message, now());
    if (message.decisions.length > 0) pending.current = [...message.decisions.slice(-newest).reverse(), ...pending.current].slice(0, newest);
    if (message.learning.length > 0) {
      onLearning();
      void loadMe().catch(() => undefined);
    }
  });
  const look = theme.value;
  const back = reconnections.value;
  useEffect(() => {
    let plots: readonly { readonly name: (typeof curves)[number]['name']; readonly plot: LivePlot }[] = [];
    let drawnAt = 0;
    let frame = 0;
    let gone = false;
    const draw = (at: number): void => {
      if (gone) return;
      frame = requestAnimationFrame(draw);
      if (at - drawnAt < drawEveryMs) return;
      drawnAt = at;
      const columns = series.current.columns(now());
      for (const { name, plot } of plots) plot.update(columns.seconds, columns[name]);
      setTotals(series.current.totals(now()));
      setLatest(pending.current);
    };
    const sizes = new ResizeObserver(() => {
      for (const { name, plot } of plots) plot.resize(hosts.current.get(name)?.clientWidth ?? 300);
    });
    import('./live-plot.ts').then(({ livePlot }) => {
      if (gone) return;
      plots = curves.flatMap(({ name, color, format, most }) => {
        const host = hosts.current.get(name);
        if (host === undefined) return [];
        sizes.observe(host);
        return [{ name, plot: livePlot(host, { width: host.clientWidth, height: 132, color, format, ...(most === undefined ? {} : { most }) }) }];
      });
      frame = requestAnimationFrame(draw);
    }, reportLost);
    return () => {
      gone = true;
      cancelAnimationFrame(frame);
      sizes.disconnect();
      for (const { plot } of plots) plot.destroy();
    };
  }, [look, back]);
  return (
    <section class="card" aria-labelledby="live-title">
      <h2 id="live-title">
        Now
        <span class={`pulse${connection.value === 'lost' || error !== null ? ' off' : ''}`} aria-hidden="true" />
        <span class="soft">the last two minutes, each point the mean of a second</span>
      </h2>
      {error === null ? null : <Failure what="No live view" error={error} />}
      <div class="live">
        {curves.map(({ name, title }) => (
          <figure key={name}>
            <figcaption>{title}</figcaption>
            <div
              ref={(element: HTMLElement | null) => {
                if (element === null) hosts.current.delete(name);
                else hosts.current.set(name, element);
              }}
            />
          </figure>
        ))}
      </div>
      {totals === null ? null : <Totals totals={totals} />}
      {latest.length === 0 ? (
        <p class="soft">No decision since this view was opened. Decisions appear here as they are made, whoever asks.</p>
      ) : (
        <ul class="ticker" aria-label="The newest decisions">
          {latest.map((decision) => (
            <li key={decision.id}>
              <DecisionFacts decision={decision} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Totals({ totals: { decisions, failed, explored, judged, dropped, strategies } }: { readonly totals: LiveTotals }) {
  return (
    <>
      <p class="facts totals">
        <span>
          <strong>{formatCount(decisions)}</strong> decisions
        </span>
        <span>
          <strong>{formatCount(judged)}</strong> judged
        </span>
        <span>
          <strong>{formatCount(explored)}</strong> explored
        </span>
        <span class={failed > 0 ? 'bad' : ''}>
          <strong>{formatCount(failed)}</strong> without an answer
        </span>
        {dropped > 0 ? <span>{formatCount(dropped)} not shown: this page was too slow for them</span> : null}
      </p>
      {decisions === 0 ? null : (
        <div
          class="shares"
          role="img"
          aria-label={Object.entries(strategies)
            .map(([name, count]) => `${name} ${formatShare(count / decisions)}`)
            .join(', ')}
        >
          {Object.entries(strategies)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, count]) => (
              <span key={name} class={`share share-${name}`} style={{ flexGrow: count }} title={`${name}: ${formatShare(count / decisions)}`}>
                {count / decisions > 0.12 ? `${name} ${formatShare(count / decisions)}` : ''}
              </span>
            ))}
        </div>
      )}
    </>
  );
}
