/** The ten features of the original plan: counts of characters and of a few words. */
import { type Analysis, type StrategyName, strategyNames } from '@ratchet/core';

/** Words that the original plan's cold start looks for; here to show what keywords are worth. */
const cues: Readonly<Record<StrategyName, readonly string[]>> = {
  direct: ['simple', 'single', 'basic'],
  batch: ['multiple', 'parallel', 'list'],
  orchestrate: ['sequential', 'then', 'depends'],
  collaborate: ['complex', 'multi-expert', 'comprehensive'],
};

export function wordFeatures({ text }: Analysis): readonly number[] {
  const lower = text.toLowerCase();
  const count = (piece: string) => text.split(piece).length - 1;
  const has = (...words: readonly string[]) => Number(words.some((word) => lower.includes(word)));
  return [
    text.length,
    count(' '),
    count(','),
    count('and'),
    has('then'),
    has('multiple'),
    has('complex', 'comprehensive'),
    count('\n') + 1,
    Number(/\d+\./.test(text)),
    Number(text.includes('?')),
  ];
}

/** The strategy with the most cues in the text; `direct` where none has any. */
export function cueStrategy({ text }: Analysis): StrategyName {
  const lower = text.toLowerCase();
  const hits = strategyNames.map((name) => cues[name].filter((cue) => lower.includes(cue)).length);
  const most = Math.max(...hits);
  return most === 0 ? 'direct' : (strategyNames[hits.indexOf(most)] as StrategyName);
}
