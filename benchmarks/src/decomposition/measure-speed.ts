/** Measures how fast requests are analysed and graphs are ordered, warm. */
import { analyze, type Clock, dependencyGraph, type Random, strongComponents, topologicalLayers } from '@ratchet/core';

export interface SpeedScore {
  readonly wordsPerSecond: number;
  /** Median over repeats of a request of about 100 words. */
  readonly hundredWordsMs: number;
  /** Median over repeats; 1e5 nodes, 3e5 edges. */
  readonly layersMs: number;
  readonly componentsMs: number;
  /** A path of 1e6 nodes, both orders. */
  readonly longPathMs: number;
}

const repeats = 9;

export function measureSpeed(requests: readonly string[], { clock, random }: { readonly clock: Clock; readonly random: Random }): SpeedScore {
  const analyseAll = (texts: readonly string[]): void => texts.forEach((text, index) => void analyze({ id: String(index), text }));
  const words = requests.reduce((sum, text) => sum + text.split(/\s+/).length, 0);
  const hundred = aboutHundredWords(requests);
  // Warm: the tagger is loaded and the code compiled.
  for (let round = 0; round < 3; round++) analyseAll(requests.slice(0, 200));
  const next = random.child('graph').stream(0);
  const size = 100_000;
  const node = (): number => Math.floor(next() * size);
  const cyclic = dependencyGraph(
    size,
    Array.from({ length: 3 * size }, () => ({ from: node(), to: node() })),
  );
  const acyclic = dependencyGraph(
    size,
    Array.from({ length: 3 * size }, () => [node(), node()] as const)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) })),
  );
  const path = dependencyGraph(
    1_000_000,
    Array.from({ length: 999_999 }, (_, from) => ({ from, to: from + 1 })),
  );
  const medianMs = (work: () => void): number => {
    work();
    const times = Array.from({ length: repeats }, () => {
      const begun = clock.now();
      work();
      return clock.now() - begun;
    });
    return times.sort((a, b) => a - b)[Math.floor(repeats / 2)] as number;
  };
  return {
    wordsPerSecond: (1000 * words) / medianMs(() => analyseAll(requests)),
    hundredWordsMs: medianMs(() => analyseAll(hundred)) / hundred.length,
    layersMs: medianMs(() => void topologicalLayers(acyclic)),
    componentsMs: medianMs(() => void strongComponents(cyclic)),
    longPathMs: medianMs(() => {
      topologicalLayers(path);
      strongComponents(path);
    }),
  };
}

/** Requests joined until they have about 100 words each. */
function aboutHundredWords(requests: readonly string[]): readonly string[] {
  const found: string[] = [];
  let text = '';
  for (const request of requests) {
    text = text === '' ? request : `${text} ${request}`;
    const words = text.split(/\s+/).length;
    if (words < 90) continue;
    if (words <= 110) found.push(text);
    text = '';
  }
  return found.length > 0 ? found.slice(0, 100) : [requests.join(' ').split(/\s+/).slice(0, 100).join(' ')];
}

export function speedTable({ wordsPerSecond, hundredWordsMs, layersMs, componentsMs, longPathMs }: SpeedScore): string {
  return [
    '| speed, warm | |',
    '| --- | --- |',
    `| analysis and chunking | ${Math.round(wordsPerSecond / 1000)}k words/s |`,
    `| a request of 100 words | ${hundredWordsMs.toFixed(2)} ms |`,
    `| layers (Kahn), 1e5 nodes and 3e5 edges | ${layersMs.toFixed(0)} ms |`,
    `| strong components (Tarjan), 1e5 nodes and 3e5 edges | ${componentsMs.toFixed(0)} ms |`,
    `| both on a path of 1e6 nodes | ${longPathMs.toFixed(0)} ms |`,
  ].join('\n');
}
