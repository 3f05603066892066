/** The key that the reader entered: in this tab's session storage, so that closing the tab forgets it. */
import { signal } from '@preact/signals';

const place = 'ratchet.key';

export const accessKey = signal<string | null>(sessionStorage.getItem(place));

export function rememberKey(key: string): void {
  sessionStorage.setItem(place, key);
  accessKey.value = key;
}

export function forgetKey(): void {
  sessionStorage.removeItem(place);
  accessKey.value = null;
}
