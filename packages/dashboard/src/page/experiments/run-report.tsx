/** The sections of report.html, made by the same functions. */
import type { Summary } from '@ratchet/harness/figures';
import { useEffect, useState } from 'preact/hooks';
import { loadDrawings } from '../elements/figure-view.tsx';
import { Markup } from '../elements/markup.tsx';
import { Failure, Loading } from '../elements/states.tsx';

export function RunReport({ summary }: { readonly summary: Summary }) {
  const [html, setHtml] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let gone = false;
    loadDrawings()
      .then(({ reportSections }) => reportSections(summary))
      .then(
        (drawn) => gone || setHtml(drawn),
        (fault: unknown) => gone || setError(fault),
      );
    return () => {
      gone = true;
    };
  }, [summary]);
  if (error !== null) return <Failure what="No report" error={error} />;
  if (html === null) return <Loading what="the report" />;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the clicks of its links, which the keyboard makes too
    // biome-ignore lint/a11y/noStaticElementInteractions: the clicks of its links, which the keyboard makes too
    <div class="report" onClick={followSection}>
      <Markup html={html} />
    </div>
  );
}

/** The report's own links are fragments, which here are places of the page. */
function followSection(event: Event): void {
  const link = (event.target as Element).closest('a[href^="#"]');
  if (link === null) return;
  event.preventDefault();
  const section = document.getElementById((link.getAttribute('href') ?? '#').slice(1));
  section?.scrollIntoView({ behavior: 'smooth' });
}
