/** Asks for the key once; what is entered is tried before the page goes on. */
import { useState } from 'preact/hooks';
import { ConnectionBanner } from './connection-banner.tsx';
import { Logo } from './logo.tsx';
import { rememberKey } from './service/access-key.ts';
import { loadMe } from './service/me.ts';
import { adviceOn, RequestError } from './service/request-error.ts';

export function KeyEntry({ refused }: { readonly refused: boolean }) {
  const [text, setText] = useState('');
  const [trying, setTrying] = useState(false);
  const [fault, setFault] = useState<string | null>(refused ? wrongKey : null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const key = text.trim();
    if (!/^rk_\w+_\w+$/.test(key)) {
      setFault('A key looks like rk_<id>_<secret>; this is none.');
      return;
    }
    setTrying(true);
    try {
      await loadMe(key);
      rememberKey(key);
    } catch (error) {
      setFault(error instanceof RequestError && error.status === 401 ? wrongKey : `${(error as Error).message}. ${adviceOn(error)}`);
    } finally {
      setTrying(false);
    }
  };
  return (
    <main class="entry">
      <ConnectionBanner />
      <form class="card" onSubmit={submit}>
        <h1>
          <Logo /> Ratchet
        </h1>
        <p class="soft">A self-improving LLM orchestrator. This page shows what it decides, and what it has learned.</p>
        <label for="key">Key of this service</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          placeholder="rk_..."
          value={text}
          aria-describedby="key-help"
          aria-invalid={fault !== null}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {fault === null ? null : (
          <p class="bad" role="alert">
            {fault}
          </p>
        )}
        <p id="key-help" class="soft">
          <code>pnpm ratchet serve</code> prints an admin key when it first starts; <code>pnpm ratchet keys create</code> makes more. The key stays in this tab
          and is forgotten with it.
        </p>
        <button class="primary" type="submit" disabled={trying || text === ''}>
          {trying ? 'Trying it ...' : 'Open'}
        </button>
      </form>
    </main>
  );
}

const wrongKey = 'This service does not know the key: it may be mistyped, revoked, or of another service.';
