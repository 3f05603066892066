/** The style sheet of report.html: light and dark, from 360 pixels up, in the colours of Okabe and Ito (dark ones lightened). */
import { plotClass } from './charts/svg-plot.ts';
import { themeColours } from './theme-colours.ts';

export const htmlStyle = `
:root {
  color-scheme: light dark;
${themeColours.light}
}
@media (prefers-color-scheme: dark) {
  :root {
${themeColours.dark.replaceAll(/^/gm, '  ')}
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1140px; margin: 0 auto; padding: 16px; }
h1 { font-size: 1.65rem; line-height: 1.2; margin: 8px 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 0 0 4px; }
h3 { font-size: .95rem; margin: 0 0 4px; overflow-wrap: anywhere; }
p { margin: 6px 0; overflow-wrap: anywhere; }
section, header { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 16px; margin: 0 0 16px; }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { background: var(--cell); border-radius: 6px; padding: 10px 12px; margin: 8px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: var(--blue); }
ul { margin: 6px 0; padding-left: 20px; }
li { overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: .9rem; }
.notice { background: var(--notice); border-left: 4px solid var(--notice-line); border-radius: 4px; padding: 8px 12px; margin: 8px 0; }
.alarm { border-left-color: var(--bad); }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
nav { margin: 10px 0 0; font-size: .9rem; }
nav a { display: inline-block; margin: 0 14px 4px 0; padding: 2px 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 8px 0 0; font-size: .9rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 160px), 1fr)); gap: 10px; margin: 10px 0; }
.tile { border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; }
.tile .label { color: var(--soft); font-size: .85rem; }
.tile .value { font-size: 1.6rem; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tile .detail { font-size: .82rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; font-size: .82rem; vertical-align: bottom; }
tbody th { font-weight: 500; }
th.name { min-width: 9em; }
.number { text-align: right; white-space: nowrap; }
thead .number { white-space: normal; }
tr.focus th, tr.focus td { background: color-mix(in srgb, var(--blue) 10%, transparent); }
td .range { display: block; color: var(--soft); font-size: .92em; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 310px), 1fr)); gap: 18px; margin-top: 12px; }
.panels.single { grid-template-columns: 1fr; }
.panel { min-width: 0; }
.panel .left-out { color: var(--soft); font-size: .9rem; border: 1px dashed var(--line); border-radius: 8px; padding: 12px; margin: 6px 0; }
.${plotClass} { display: block; width: 100%; max-width: 400px; height: auto; overflow: visible; color: var(--soft); }
.${plotClass} text { white-space: pre; }
.${plotClass} [aria-label~="grid"] { stroke: var(--line); stroke-opacity: 1; }
.wide { display: none; }
.wide .${plotClass} { max-width: none; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 0 0; padding: 0; list-style: none; font-size: .85rem; }
.legend svg { width: 26px; height: 12px; margin-right: 6px; vertical-align: -1px; }
details { margin-top: 12px; font-size: .9rem; }
summary { cursor: pointer; color: var(--blue); }
footer { color: var(--soft); font-size: .85rem; padding: 0 4px 24px; }
@media (min-width: 900px) {
  .narrow { display: none; }
  .wide { display: block; }
}
@media (max-width: 760px) {
  main { padding: 8px; }
  section, header { padding: 12px; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 6px; }
  table.stack, table.stack tbody, table.stack tr, table.stack th, table.stack td { display: block; width: 100%; }
  table.stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stack tr { border-bottom: 1px solid var(--line); padding: 8px 4px; }
  table.stack th, table.stack td { border: 0; padding: 1px 0; text-align: left; white-space: normal; background: none; }
  table.stack tr.focus { background: color-mix(in srgb, var(--blue) 10%, transparent); }
  table.stack tr.focus th, table.stack tr.focus td { background: none; }
  table.stack td { display: flex; justify-content: space-between; gap: 12px; }
  table.stack td::before { content: attr(data-label); color: var(--soft); flex: none; max-width: 45%; }
  table.stack td .cell { text-align: right; overflow-wrap: anywhere; }
}
@media print {
  body { background: none; }
  section, header { break-inside: avoid; }
}
`.trim();
