/** What each generation came to, as numbers. */
import { formatCount } from '@ratchet/harness/measures';
import type { Learned } from '@ratchet/service';
import { Estimate } from '../elements/estimate.tsx';
import { timeText } from '../elements/time-text.ts';

export function GenerationTable({ learned }: { readonly learned: Learned }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Generations">
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
          {learned.generations.toReversed().map(({ generation, at, decisions, judged, quality, costUsd, latencyMs, regret }) => (
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
    </div>
  );
}
