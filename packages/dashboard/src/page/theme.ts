/** Light or dark: as the reader's system has it, until they choose otherwise. */
import { effect, signal } from '@preact/signals';

type Theme = 'system' | 'light' | 'dark';
const place = 'ratchet.theme';

export const theme = signal<Theme>(read());

effect(() => {
  const root = document.documentElement;
  if (theme.value === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme.value;
  localStorage.setItem(place, theme.value);
});

export function nextTheme(): void {
  const order = ['system', 'light', 'dark'] as const;
  theme.value = order[(order.indexOf(theme.value) + 1) % order.length] ?? 'system';
}

function read(): Theme {
  const kept = localStorage.getItem(place);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}
