/** Says that the service is out of reach, and that it is back. */
import { useEffect, useState } from 'preact/hooks';
import { later } from './page-clock.ts';
import { connection, reconnections } from './service/connection.ts';

export function ConnectionBanner() {
  const [saysBack, setSaysBack] = useState(false);
  const back = reconnections.value;
  useEffect(() => {
    if (back === 0) return;
    setSaysBack(true);
    return later(4000, () => setSaysBack(false));
  }, [back]);
  const lost = connection.value === 'lost';
  return (
    <div role="status" aria-live="polite">
      {lost ? (
        <p class="banner alarm">
          <span class="spinner" aria-hidden="true" /> <strong>The connection to the service is lost.</strong> What you see is from before; the page tries again
          by itself.
        </p>
      ) : saysBack ? (
        <p class="banner fine">
          <strong>The service is there again.</strong> What you see is up to date.
        </p>
      ) : null}
    </div>
  );
}
