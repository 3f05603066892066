/** Takes a request, and which generation is to answer it. */
import { isAdmin, me } from '../service/me.ts';
import { useResource } from '../service/use-resource.ts';

interface RequestCardProps {
  readonly text: string;
  /** null is the one that serves. */
  readonly generation: number | null;
  readonly busy: boolean;
  readonly onText: (text: string) => void;
  readonly onGeneration: (generation: number | null) => void;
  readonly onExecute: () => void;
  readonly onStop: () => void;
}

export function RequestCard({ text, generation, busy, onText, onGeneration, onExecute, onStop }: RequestCardProps) {
  const ready = text.trim() !== '' && !busy;
  return (
    <section class="card" aria-labelledby="request-title">
      <h2 id="request-title">Request</h2>
      <textarea
        id="request"
        aria-labelledby="request-title"
        rows={5}
        value={text}
        placeholder="What is to be done?"
        onInput={(event) => onText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && ready) {
            event.preventDefault();
            onExecute();
          }
        }}
      />
      {text === '' ? <Examples onText={onText} /> : null}
      {isAdmin() ? <GenerationChoice generation={generation} onGeneration={onGeneration} /> : null}
      <div class="actions">
        {busy ? (
          <button type="button" onClick={onStop}>
            Stop
          </button>
        ) : (
          <button type="button" class="primary" disabled={!ready} onClick={onExecute}>
            Execute
          </button>
        )}
        <span class="soft keys">
          <kbd>Ctrl</kbd> + <kbd>Enter</kbd>
        </span>
      </div>
    </section>
  );
}

function Examples({ onText }: Pick<RequestCardProps, 'onText'>) {
  const examples = me.value?.examples ?? [];
  if (examples.length === 0) return null;
  return (
    <div class="examples">
      <p class="soft">For example, from the scenario{me.value?.provider === 'simulated' ? ', whose tasks are all that simulated models can answer' : ''}:</p>
      {examples.map((example) => (
        <button key={example} type="button" class="example" onClick={() => onText(example)}>
          {example}
        </button>
      ))}
    </div>
  );
}

interface GenerationEntry {
  readonly generation: number;
  readonly at: string | null;
  readonly entries: number;
  readonly serving: boolean;
  readonly quarantined: string | null;
}

function GenerationChoice({ generation, onGeneration }: Pick<RequestCardProps, 'generation' | 'onGeneration'>) {
  const serving = me.value?.serving ?? 0;
  const { resource } = useResource<{ readonly generations: readonly GenerationEntry[] }>('/api/generations');
  if (resource.kind !== 'ready') return null;
  const { generations } = resource.value;
  const usable = generations.filter(({ quarantined }) => quarantined === null).map((entry) => entry.generation);
  const last = Math.max(...usable, 0);
  const shown = generation ?? serving;
  const chosen = generations.find((entry) => entry.generation === shown);
  const origin =
    shown === 0 ? 'the heuristic, before any learning' : chosen === undefined ? 'not in the store' : `learned from ${chosen.entries} entries of the log`;
  return (
    <fieldset class="generation">
      <legend>Generation</legend>
      <div class="slider">
        <input
          type="range"
          min={0}
          max={last}
          step={1}
          value={shown}
          disabled={last === 0}
          aria-label="Generation that decides"
          aria-valuetext={`Generation ${shown}, ${origin}`}
          onInput={(event) => onGeneration(event.currentTarget.valueAsNumber)}
        />
        <output>
          <strong>{shown}</strong> of {last}
        </output>
        <label class="check">
          <input type="checkbox" checked={generation === null} onChange={(event) => onGeneration(event.currentTarget.checked ? null : serving)} />
          the one that serves
        </label>
      </div>
      <p class="soft">
        {last === 0 ? 'Only generation 0 is there: the heuristic. Each time it has learned something, there is one more.' : `Generation ${shown}: ${origin}.`}
        {generation !== null && generation !== serving ? ' What it answers is not learned from.' : ''}
      </p>
    </fieldset>
  );
}
