/** What each generation came to, as numbers. */

import { formatCount } from '@ratchet/harness/measures';
import type { Learned } from '@ratchet/service';
import { Estimate } from '../elements/estimate.tsx';
import { ScrollRegion } from '../elements/scroll-region.tsx';
import { timeText } from '../elements/time-text.ts';

/** Of those that never served, the newest. */
const mostIdle = 3;

export function GenerationTable({ learned }: { readonly learned: Learned }) {
  const newestFirst = learned.generations.toReversed();
  const idle = newestFirst.filter(({ generation, decisions }) => decisions === 0 && generation !== learned.serving);
  const hidden = new Set(idle.slice(mostIdle).map(({ generation }) => generation));
  return (
    <>
      <ScrollRegion label="Generations">
        <table>
          <thead>
            <tr>
              <th scope="col">Generation</th>
              <th scope="col">Made</th>
              <th scope="col" class="number">
                Decisions
              </th>
              <th scope="col" class="number">
                Judged
              </th>
              <th scope="col" class="number">
                Quality, 0 to 1
              </th>
              <th scope="col" class="number">
                Cost, US$
              </th>
              <th scope="col" class="number">
                Latency
              </th>
              <th scope="col" class="number">
                Regret, points
              </th>
            </tr>
          </thead>
          <tbody>
            {newestFirst
              .filter(({ generation }) => !hidden.has(generation))
              .map(({ generation, at, decisions, judged, quality, costUsd, latencyMs, regret }) => (
                <tr key={generation} class={generation === learned.serving ? 'focus' : ''}>
                  <th scope="row">
                    {generation}
                    {generation === 0 ? ' (heuristic)' : ''}
                    {generation === learned.serving ? <span class="range">serves</span> : null}
                  </th>
                  <td>{at === null ? '-' : timeText(at)}</td>
                  <td class="number">{formatCount(decisions)}</td>
                  <td class="number">{formatCount(judged)}</td>
                  <td class="number">
                    <Estimate metric="quality" interval={quality} />
                  </td>
                  <td class="number">
                    <Estimate metric="costUsd" interval={costUsd} />
                  </td>
                  <td class="number">
                    <Estimate metric="latencyMs" interval={latencyMs} />
                  </td>
                  <td class="number">
                    <Estimate metric="regret" interval={regret} />
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </ScrollRegion>
      {hidden.size === 0 ? null : <p class="soft">{hidden.size} more were made and never served: no evidence showed them to be better.</p>}
    </>
  );
}
