/** What was asked before under the reader's tenant, the newest first. */
import type { History } from '@ratchet/service';
import { useEffect, useState } from 'preact/hooks';
import { DecisionFacts } from '../elements/decision-facts.tsx';
import { Empty, Failure, Resourceful } from '../elements/states.tsx';
import { ask } from '../service/request.ts';
import { useResource } from '../service/use-resource.ts';

const pageLength = 8;

export function HistoryCard({ turn, onOpen }: { readonly turn: number; readonly onOpen: (text: string) => void }) {
  const loaded = useResource<History>(`/api/history?limit=${pageLength}`);
  const { reload } = loaded;
  useEffect(() => {
    if (turn > 0) reload();
  }, [turn, reload]);
  return (
    <section class="card" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      <Resourceful loaded={loaded} what="history">
        {(history) =>
          history.items.length === 0 ? (
            <Empty title="Nothing has been asked yet">What this key's tenant asks is listed here.</Empty>
          ) : (
            <Items first={history} onOpen={onOpen} />
          )
        }
      </Resourceful>
    </section>
  );
}

function Items({ first, onOpen }: { readonly first: History; readonly onOpen: (text: string) => void }) {
  const [older, setOlder] = useState<readonly History[]>([]);
  const [error, setError] = useState<unknown>(null);
  const pages = [first, ...older];
  const next = pages.at(-1)?.next ?? null;
  // A page that is loaded again may hold what an older one did.
  const items = [...new Map(pages.flatMap((page) => page.items).map((item) => [item.id, item])).values()];
  const more = (): void => {
    ask<History>(`/api/history?limit=${pageLength}&before=${next}`).then((page) => setOlder([...older, page]), setError);
  };
  return (
    <>
      <ul class="history">
        {items.map((item) => (
          <li key={item.id}>
            <button type="button" class="link" title="Put it into the request again" onClick={() => onOpen(item.text)}>
              {item.text}
            </button>
            <DecisionFacts decision={item}>
              <span>{item.quality === null ? 'not judged' : `quality ${item.quality.toFixed(2)}`}</span>
            </DecisionFacts>
          </li>
        ))}
      </ul>
      {error === null ? null : <Failure what="No older history" error={error} />}
      {next === null ? null : (
        <button type="button" class="link" onClick={more}>
          Older
        </button>
      )}
    </>
  );
}
