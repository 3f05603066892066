/** When which generation served: promotions, rollbacks and changes by hand on the time line, and why. */
import type { Learned } from '@ratchet/service';
import { Empty } from '../elements/states.tsx';
import { timeText } from '../elements/time-text.ts';

type ServingEvent = Learned['events'][number];

const looks: Readonly<Record<ServingEvent['kind'], { readonly label: string; readonly sign: string }>> = {
  promoted: { label: 'promoted', sign: 'M6 1L11 10.5H1Z' },
  'rolled-back': { label: 'rolled back', sign: 'M6 11L1 1.5H11Z' },
  'by-hand': { label: 'by hand', sign: 'M2 2H10V10H2Z' },
};

const mostListed = 30;

export function ServingTimeline({ learned: { events, serving } }: { readonly learned: Learned }) {
  const first = Date.parse(events[0]?.at ?? '');
  const span = Math.max(1, Date.parse(events.at(-1)?.at ?? '') - first);
  return (
    <section class="card" aria-labelledby="timeline-title">
      <h2 id="timeline-title">Promotions and rollbacks</h2>
      {events.length === 0 ? (
        <Empty title={`Generation ${serving} has served from the start`}>A candidate takes over when judged answers show that it is better.</Empty>
      ) : (
        <>
          <div class="timeline" aria-hidden="true">
            {events.map(({ at, kind, generation, why }, index) => (
              <span
                key={index}
                class={`event ${kind}`}
                style={{ left: `${((Date.parse(at) - first) / span) * 100}%` }}
                title={`${timeText(at)}: generation ${generation} ${looks[kind].label}. ${why}`}
              >
                <Sign kind={kind} />
                <span>{generation}</span>
              </span>
            ))}
          </div>
          <ol class="events">
            {events
              .slice(-mostListed)
              .toReversed()
              .map(({ at, kind, generation, why }, index) => (
                <li key={index}>
                  <time dateTime={at}>{timeText(at)}</time>
                  <span class={`kind ${kind}`}>
                    <Sign kind={kind} /> {looks[kind].label}
                  </span>
                  <span>
                    generation <strong>{generation}</strong> serves from here: {why}
                  </span>
                </li>
              ))}
          </ol>
        </>
      )}
    </section>
  );
}

function Sign({ kind }: { readonly kind: ServingEvent['kind'] }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true">
      <path d={looks[kind].sign} />
    </svg>
  );
}
