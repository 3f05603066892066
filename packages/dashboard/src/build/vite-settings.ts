/** How Vite makes the page: no script and no style within the HTML, so that a strict Content-Security-Policy lets all of it pass. */
import { fileURLToPath } from 'node:url';
import { htmlStyle, themeColours } from '@ratchet/harness/figures';
import type { InlineConfig, Plugin } from 'vite';

export const pageSources = fileURLToPath(new URL('../page', import.meta.url));
export const pageFolder = fileURLToPath(new URL('../../dist', import.meta.url));

/** Of the report's style sheet, for the part of the page that shows one; and the colours of both, which a reader may choose. */
const styles: Readonly<Record<string, string>> = {
  'virtual:report.css': `.report {\n${htmlStyle}\n}`,
  'virtual:theme.css': `
:root { color-scheme: light; ${themeColours.light} }
:root[data-theme="dark"] { color-scheme: dark; ${themeColours.dark} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; ${themeColours.dark} } }`,
};

/** Style sheets that are made from the harness' own. */
function sharedStyles(): Plugin {
  return {
    name: 'ratchet-shared-styles',
    resolveId: (id) => (id in styles ? id.replace('virtual:', '\0') : null),
    load: (id) => styles[id.replace('\0', 'virtual:')] ?? null,
  };
}

export const viteSettings = {
  root: pageSources,
  configFile: false,
  envFile: false,
  plugins: [sharedStyles()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: pageFolder,
    emptyOutDir: true,
    // Never within another file: a data: address is what the policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'baseline-widely-available',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
  },
} satisfies InlineConfig;
