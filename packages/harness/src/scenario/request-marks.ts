/** Reads the marks in a request: {{kit/part|words}} asks for a part, {{material id}} inserts a text. */
import { didYouMean } from './nearest-name.ts';

export interface Ask {
  readonly partId: string;
  readonly words: string;
}

export interface MarkedRequest {
  /** As the user would send it: without marks. */
  readonly text: string;
  readonly asks: readonly Ask[];
  readonly materialIds: readonly string[];
  /** What is wrong with the marks; empty when nothing is. */
  readonly faults: readonly string[];
}

const ask = /\{\{([a-z0-9-]+\/[a-z0-9-]+)\|([\s\S]*?)\}\}/g;
const material = /\{\{material ([^}\s]+)\}\}/g;

export function readMarks(request: string, materials: ReadonlyMap<string, string>): MarkedRequest {
  const asks: Ask[] = [];
  const materialIds: string[] = [];
  const faults: string[] = [];
  const withoutAsks = request.replace(ask, (_mark, partId: string, words: string) => {
    asks.push({ partId, words: words.trim() });
    return words;
  });
  const rest = [withoutAsks.replace(material, ''), ...asks.map((one) => one.words)];
  if (rest.some((piece) => /\{\{|\}\}/.test(piece))) faults.push('a mark is malformed: {{kit/part|words}} or {{material id}}, and no "}}" within the words');
  const text = withoutAsks.replace(material, (_mark, id: string) => {
    materialIds.push(id);
    const inserted = materials.get(id);
    if (inserted === undefined) faults.push(`there is no material "${id}".${didYouMean(id, [...materials.keys()])}`);
    return inserted?.trimEnd() ?? '';
  });
  return { text: text.trim(), asks, materialIds, faults };
}
