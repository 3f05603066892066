/** A part of the page that scrolls by itself: reached by the keyboard, with a name. */
import type { ComponentChildren } from 'preact';

export function ScrollRegion({ label, look = '', children }: { readonly label: string; readonly look?: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it with the arrow keys
    <section class={`scroll ${look}`} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
