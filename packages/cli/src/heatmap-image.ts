/** The heatmap of strategies as a picture: a column of cells for each strategy of each generation, a row for each task family. */
import { crc32, deflateSync } from 'node:zlib';
import type { Summary } from '@ratchet/harness';

export interface HeatmapImage {
  readonly png: Buffer;
  /** What stands where, as the picture has no words. */
  readonly legend: Readonly<Record<string, unknown>>;
}

const cellPixels = 14;
const gapPixels = 6;
const white: Colour = [255, 255, 255];
/** Of all decisions of a family. */
const strongest: Colour = [31, 78, 140];
type Colour = readonly [number, number, number];

/** Of the learned policy, else the first that learns; undefined where none does. */
export function heatmapImage({ decisions }: Summary): HeatmapImage | undefined {
  const learning = decisions.filter(({ phase }) => phase === 'train');
  const policy = learning.some((cell) => cell.policy === 'learned') ? 'learned' : learning[0]?.policy;
  if (policy === undefined) return undefined;
  const own = learning.filter((cell) => cell.policy === policy);
  const sorted = <Value extends string | number>(values: readonly Value[]): readonly Value[] => [...new Set(values)].sort((a, b) => (a < b ? -1 : 1));
  const families = sorted(own.map(({ family }) => family));
  const strategies = sorted(own.map(({ strategy }) => strategy));
  const generations = sorted(own.map(({ generation }) => generation));
  const panel = strategies.length * cellPixels + gapPixels;
  const size = { width: generations.length * panel, height: families.length * cellPixels };
  const pixels = Buffer.alloc(3 * size.width * size.height, 255);
  for (const { generation, family, strategy, count } of own) {
    const total = own.reduce((sum, cell) => sum + (cell.generation === generation && cell.family === family ? cell.count : 0), 0);
    const left = generations.indexOf(generation) * panel + strategies.indexOf(strategy) * cellPixels;
    fillCell(pixels, { left, top: families.indexOf(family) * cellPixels, width: size.width }, mixed(count / total));
  }
  return { png: encodePng(pixels, size), legend: { policy, rows: families, columns: strategies, panels: generations } };
}

function mixed(share: number): Colour {
  return white.map((from, channel) => Math.round(from + share * ((strongest[channel] as number) - from))) as unknown as Colour;
}

function fillCell(pixels: Buffer, { left, top, width }: { readonly left: number; readonly top: number; readonly width: number }, colour: Colour): void {
  for (let y = top; y < top + cellPixels - 1; y++) for (let x = left; x < left + cellPixels - 1; x++) pixels.set(colour, 3 * (y * width + x));
}

/** True colour, eight bits a channel, no filter (https://www.w3.org/TR/png-3/). */
function encodePng(pixels: Buffer, { width, height }: { readonly width: number; readonly height: number }): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const lines = Array.from({ length: height }, (_, y) => Buffer.concat([Buffer.of(0), pixels.subarray(3 * y * width, 3 * (y + 1) * width)]));
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.concat(lines))), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
