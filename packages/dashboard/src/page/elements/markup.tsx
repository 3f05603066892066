/** Shows markup of the harness' reports, all of whose outside text is escaped where it is made. */
import { useLayoutEffect, useRef } from 'preact/hooks';

interface MarkupProps {
  readonly html: string;
  /** Where the markup before it has the same elements, only what differs is changed, so that the style sheet can animate it. */
  readonly morphs?: boolean;
}

export function Markup({ html, morphs = false }: MarkupProps) {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (host.current !== null) placeMarkup(host.current, html, morphs);
  }, [html, morphs]);
  return <div ref={host} />;
}

/** A strict Content-Security-Policy refuses style attributes in markup, and lets scripts set the same styles. */
function placeMarkup(host: HTMLElement, html: string, morphs: boolean): void {
  const template = document.createElement('template');
  template.innerHTML = html.replaceAll(/(<[a-z][^<>]*?) style="/gi, '$1 data-style="');
  if (!morphs || !morph(host, template.content)) host.replaceChildren(template.content);
  // The picture has a text of its own; Plot's names of its parts are for style sheets.
  for (const part of host.querySelectorAll('svg[role="img"] > *')) part.setAttribute('aria-hidden', 'true');
  for (const element of host.querySelectorAll<HTMLElement | SVGElement>('[data-style]')) {
    element.style.cssText = element.dataset['style'] ?? '';
    delete element.dataset['style'];
  }
}

/** Whether `before` has the same elements as `after`; if so, it has their attributes and texts then. */
function morph(before: ParentNode, after: ParentNode): boolean {
  const [old, fresh] = [[...before.querySelectorAll('*')], [...after.querySelectorAll('*')]];
  if (old.length !== fresh.length || old.some((element, index) => element.localName !== fresh[index]?.localName)) return false;
  for (const [index, element] of old.entries()) {
    const next = fresh[index] as Element;
    for (const { name, value } of next.attributes) if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    if (next.childElementCount === 0 && element.textContent !== next.textContent) element.textContent = next.textContent;
  }
  return true;
}
