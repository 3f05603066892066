/** Name, tabs, what is served and by whom, the look, and the way out. */
import { Logo } from './logo.tsx';
import { currentPlace } from './navigation/current-place.ts';
import { placeLink, tabs } from './navigation/place.ts';
import { forgetKey } from './service/access-key.ts';
import { me } from './service/me.ts';
import { nextTheme, theme } from './theme.ts';

const themeSigns = { system: '◐', light: '☀', dark: '☾' } as const;

export function TopBar() {
  const { tab } = currentPlace.value;
  const own = me.value;
  return (
    <header class="top">
      <span class="brand">
        <Logo /> <span>Ratchet</span>
      </span>
      <nav aria-label="Views">
        {tabs.map((name) => (
          <a key={name} href={placeLink({ tab: name, path: [], query: {} })} aria-current={name === tab ? 'page' : undefined}>
            {name.charAt(0).toUpperCase() + name.slice(1)}
          </a>
        ))}
      </nav>
      {own === null ? null : (
        <span class="about">
          <span title={own.objective}>{own.title}</span>
          <span
            class={`evidence ${own.provider}`}
            title={own.provider === 'simulated' ? 'No language model is called: answers, costs and times are simulated.' : 'Real language models answer.'}
          >
            {own.provider}
          </span>
          <span class="serving">
            generation <strong>{own.serving}</strong> serves
          </span>
        </span>
      )}
      <span class="controls">
        <button type="button" class="quiet" onClick={nextTheme} title={`Colours: ${theme.value}`} aria-label={`Colours: ${theme.value}. Change`}>
          {themeSigns[theme.value]}
        </button>
        <button
          type="button"
          class="quiet"
          title={own === null ? 'Forget the key' : `Key ${own.key} (${own.scopes.join(', ')}), tenant ${own.tenant}`}
          onClick={() => {
            forgetKey();
            me.value = null;
          }}
        >
          Sign out
        </button>
      </span>
    </header>
  );
}
