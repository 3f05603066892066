/** The place that the page's address names now. */
import { signal } from '@preact/signals';
import { type Place, parsePlace, placeLink } from './place.ts';

export const currentPlace = signal<Place>(parsePlace(location.hash));

addEventListener('hashchange', () => {
  currentPlace.value = parsePlace(location.hash);
});

export function goTo(place: Place): void {
  location.hash = placeLink(place);
}

/** Changes settings of the view; `undefined` takes one away. Leaves no step in the history: going back is for places, not for each move of a slider. */
export function changeSettings(changes: Readonly<Record<string, string | undefined>>): void {
  const { tab, path, query } = currentPlace.peek();
  const kept = Object.entries({ ...query, ...changes }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const place: Place = { tab, path, query: Object.fromEntries(kept) };
  history.replaceState(null, '', placeLink(place));
  currentPlace.value = place;
}
