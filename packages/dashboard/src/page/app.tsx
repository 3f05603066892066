/** The page: who the reader is, the tabs, and what the open one shows. */
import { useEffect, useState } from 'preact/hooks';
import { ConnectionBanner } from './connection-banner.tsx';
import { Failure, Loading } from './elements/states.tsx';
import { ExecuteTab } from './execute/execute-tab.tsx';
import { ExperimentsTab } from './experiments/experiments-tab.tsx';
import { KeyEntry } from './key-entry.tsx';
import { LearningTab } from './learning/learning-tab.tsx';
import { currentPlace } from './navigation/current-place.ts';
import type { Tab } from './navigation/place.ts';
import { prefetchViews } from './prefetch-views.ts';
import { accessKey } from './service/access-key.ts';
import { reconnections } from './service/connection.ts';
import { loadMe, me } from './service/me.ts';
import { RequestError } from './service/request-error.ts';
import { TopBar } from './top-bar.tsx';
import { TrainingTab } from './training/training-tab.tsx';

const views: Readonly<Record<Tab, () => preact.JSX.Element>> = {
  execute: ExecuteTab,
  learning: LearningTab,
  training: TrainingTab,
  experiments: ExperimentsTab,
};

export function App() {
  const [error, setError] = useState<unknown>(null);
  const key = accessKey.value;
  const back = reconnections.value;
  useEffect(() => {
    if (key === null) return;
    loadMe().then(
      () => {
        setError(null);
        prefetchViews();
      },
      (fault: unknown) => setError(fault),
    );
  }, [key, back]);
  const { tab } = currentPlace.value;
  useEffect(() => {
    document.title = `${tab.charAt(0).toUpperCase()}${tab.slice(1)} - Ratchet`;
  }, [tab]);
  const refused = error instanceof RequestError && error.status === 401;
  if (key === null || refused) return <KeyEntry refused={refused} />;
  const View = views[tab];
  return (
    <>
      <a class="skip" href={location.hash} onClick={(event) => skip(event)}>
        Skip to the content
      </a>
      <TopBar />
      <ConnectionBanner />
      <main id="content" tabIndex={-1}>
        {me.value !== null ? (
          <View />
        ) : error === null ? (
          <Loading what="what this service is about" />
        ) : (
          <Failure what="The service does not answer" error={error} />
        )}
      </main>
    </>
  );
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
