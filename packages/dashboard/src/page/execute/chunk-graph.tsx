/** Draws the graph of a request's chunks, from left to right. */

import type { SuggestionAnswer } from '@ratchet/service';
import { ScrollRegion } from '../elements/scroll-region.tsx';
import { layOutGraph } from './graph-layout.ts';
import { wrapText } from './wrap-text.ts';

const box = { width: 190, height: 64, gapX: 54, gapY: 16, pad: 6 } as const;
const lineLength = 21;

export function ChunkGraph({ analysis: { chunks, edges } }: { readonly analysis: SuggestionAnswer['analysis'] }) {
  const { places, layers, rows, back } = layOutGraph(chunks.length, edges);
  const width = layers * (box.width + box.gapX) - box.gapX + box.pad * 2;
  const room = back.size > 0 ? 26 : 0;
  const height = rows * (box.height + box.gapY) - box.gapY + box.pad * 2 + room;
  const at = (chunk: number) => {
    const { layer, row } = places[chunk] ?? { layer: 0, row: 0 };
    return { x: box.pad + layer * (box.width + box.gapX), y: box.pad + row * (box.height + box.gapY) };
  };
  return (
    <ScrollRegion look="graph" label="Graph of the request's chunks">
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={describe(chunks.length, edges)}>
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 .8L7 4L0 7.2Z" />
          </marker>
        </defs>
        {edges.map(({ from, to, reason }, position) => (
          <path
            key={position}
            class={back.has(position) ? 'edge back' : 'edge'}
            d={back.has(position) ? wayBack(at(from), at(to), height) : way(at(from), at(to))}
            marker-end="url(#arrow)"
          >
            <title>{`${to + 1} needs ${from + 1}: ${reason}`}</title>
          </path>
        ))}
        {chunks.map(({ index, text, operations }) => {
          const { x, y } = at(index);
          return (
            <g key={index} transform={`translate(${x} ${y})`}>
              <title>{`${index + 1}. ${text.trim()}${operations.length === 0 ? '' : `\n${operations.join('; ')}`}`}</title>
              <rect width={box.width} height={box.height} rx="8" />
              <text class="index" x="10" y="19">
                {index + 1}
              </text>
              {wrapText(text, lineLength, 3).map((line, row) => (
                <text key={row} x="26" y={19 + row * 17}>
                  {line}
                </text>
              ))}
            </g>
          );
        })}
      </svg>
    </ScrollRegion>
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function way(from: Point, to: Point): string {
  const [x1, y1, x2, y2] = [from.x + box.width, from.y + box.height / 2, to.x - 2, to.y + box.height / 2];
  const bend = Math.max(24, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/** Below all chunks. */
function wayBack(from: Point, to: Point, height: number): string {
  const [x1, x2, floor] = [from.x + box.width / 2, to.x + box.width / 2, height - 8];
  return `M${x1} ${from.y + box.height}C${x1} ${floor + 6} ${x2} ${floor + 6} ${x2} ${to.y + box.height + 2}`;
}

function describe(count: number, edges: SuggestionAnswer['analysis']['edges']): string {
  const needs = edges.map(({ from, to }) => `${to + 1} needs ${from + 1}`);
  return `${count} ${count === 1 ? 'chunk' : 'chunks'}${needs.length === 0 ? ', none of which needs another' : `: ${needs.join(', ')}`}.`;
}
