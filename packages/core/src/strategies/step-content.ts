/** The user message for one or several steps of a request: the steps, the materials they lack, what came before. */
import type { Analysis, Chunk } from '../analysis.ts';
import { section } from '../prompts/section.ts';

export function stepContent(analysis: Analysis, chunks: readonly Chunk[], prerequisites: readonly string[]): string {
  const step = chunks.map((chunk) => chunk.text.trim()).join('\n\n');
  const missing = analysis.materials.filter((material) => !chunks.some((chunk) => chunk.start <= material.start && material.end <= chunk.end));
  return [
    ...missing.map((material) => section('material', material.text)),
    ...prerequisites.map((answer) => section('prerequisite', answer)),
    section('step', step),
  ].join('\n\n');
}
