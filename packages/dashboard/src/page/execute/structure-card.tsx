/** The chunks of a request, and which needs the answer of which. */
import type { SuggestionAnswer } from '@ratchet/service';
import { Empty } from '../elements/states.tsx';
import { ChunkGraph } from './chunk-graph.tsx';
import { lastAnswer, type SuggestionState } from './use-suggestion.ts';

export function StructureCard({ suggestion }: { readonly suggestion: SuggestionState }) {
  const answer = lastAnswer(suggestion);
  return (
    <section class="card" aria-labelledby="structure-title">
      <h2 id="structure-title">Structure</h2>
      {answer === null ? <Empty title="No request yet">Its parts and their order are drawn here.</Empty> : <Structure analysis={answer.analysis} />}
    </section>
  );
}

function Structure({ analysis }: { readonly analysis: SuggestionAnswer['analysis'] }) {
  const { chunks, edges, complexity } = analysis;
  return (
    <>
      <p class="soft">
        {chunks.length} {chunks.length === 1 ? 'chunk' : 'chunks'}, {edges.length} {edges.length === 1 ? 'dependency' : 'dependencies'}, complexity{' '}
        {complexity.toFixed(2)} of 1. A line leads from a chunk to one that needs its answer.
      </p>
      <ChunkGraph analysis={analysis} />
      <details>
        <summary>As a list</summary>
        <ol class="chunks" start={0}>
          {chunks.map(({ index, text, operations }) => (
            <li key={index} value={index + 1}>
              {text.trim()}
              {operations.length === 0 ? null : <span class="soft"> [{operations.join('; ')}]</span>}
              {edges
                .filter(({ to }) => to === index)
                .map(({ from, reason }) => (
                  <span key={`${from} ${reason}`} class="soft">
                    {' '}
                    needs {from + 1}: {reason}.
                  </span>
                ))}
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}
