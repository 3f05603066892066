/** Shows which strategy and model Ratchet would answer a request with, and what it expects of them. */
import { useEffect, useState } from 'react';

/** What `POST /api/suggest` of Ratchet answers. */
interface Suggestion {
  readonly strategy: string;
  readonly models: readonly string[];
  readonly generation: number;
  readonly chunks: number;
  readonly prediction: { readonly quality: number; readonly costUsd: number | null; readonly latencyMs: number | null } | null;
}

type Shown =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'suggested'; readonly suggestion: Suggestion }
  | { readonly kind: 'failed'; readonly message: string };

/** Somebody who types is not asked for at every letter. */
const pauseMs = 250;

export function SuggestedStrategy({ request }: { readonly request: string }) {
  const [shown, setShown] = useState<Shown>({ kind: 'nothing' });
  useEffect(() => {
    if (request.trim() === '') return undefined;
    const left = new AbortController();
    // biome-ignore lint/plugin: a page is at the edge, and waits in real time.
    const pause = setTimeout(() => {
      suggest(request, left.signal).then(
        (suggestion) => setShown({ kind: 'suggested', suggestion }),
        (error: Error) => left.signal.aborted || setShown({ kind: 'failed', message: error.message }),
      );
    }, pauseMs);
    return () => {
      clearTimeout(pause);
      left.abort();
    };
  }, [request]);
  return (
    <aside className="suggested" aria-live="polite" aria-label="Suggested strategy">
      <h1>Suggested strategy</h1>
      <Suggested shown={shown} />
    </aside>
  );
}

function Suggested({ shown }: { readonly shown: Shown }) {
  switch (shown.kind) {
    case 'nothing':
      return <p>Type a request: nothing is executed for a suggestion.</p>;
    case 'failed':
      return <p role="alert">No suggestion: {shown.message}</p>;
    case 'suggested': {
      const { strategy, models, generation, chunks, prediction } = shown.suggestion;
      return (
        <>
          <p className="strategy" data-testid="strategy">
            {strategy}
          </p>
          <dl>
            <dt>{models.length === 1 ? 'Model' : 'Models'}</dt>
            <dd data-testid="models">{models.join(', ')}</dd>
            <dt>Parts of the request</dt>
            <dd>{chunks}</dd>
            <dt>Expected quality</dt>
            <dd>{prediction === null ? 'not known yet' : prediction.quality.toFixed(2)}</dd>
            <dt>Expected cost</dt>
            <dd>{prediction?.costUsd == null ? 'not known yet' : `$${prediction.costUsd.toPrecision(2)}`}</dd>
            <dt>Expected latency</dt>
            <dd>{prediction?.latencyMs == null ? 'not known yet' : `${(prediction.latencyMs / 1000).toFixed(1)} s`}</dd>
            <dt>Learned in generation</dt>
            <dd>{generation}</dd>
          </dl>
        </>
      );
    }
    default:
      return shown satisfies never;
  }
}

/** Rejects with the service's own words where it refuses. */
async function suggest(request: string, signal: AbortSignal): Promise<Suggestion> {
  const response = await fetch('/api/suggest', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ request }), signal });
  if (!response.ok) {
    const said = (await response.json().catch(() => null)) as { readonly error?: { readonly message?: string } } | null;
    throw new Error(said?.error?.message ?? `status ${response.status}`);
  }
  return (await response.json()) as Suggestion;
}
