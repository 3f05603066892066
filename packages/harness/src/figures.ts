/** The face for pages: the drawings and the sections of report.html, which run in a browser as they do here. */

export { comparisonIntervals } from './report/charts/comparison-intervals.ts';
export { costQualityPlane } from './report/charts/cost-quality-plane.ts';
export type { Figure, Panel } from './report/charts/figure.ts';
export { learningCurves } from './report/charts/learning-curves.ts';
export { parameterEvolution } from './report/charts/parameter-evolution.ts';
export { shareEvolution } from './report/charts/share-evolution.ts';
export { type HeatmapFilm, heatmapFilm, strategyHeatmap } from './report/charts/strategy-heatmap.ts';
export { prepareDrawing } from './report/charts/svg-plot.ts';
export { htmlFigure } from './report/html-elements.ts';
export { reportSections } from './report/html-report.ts';
export { htmlStyle } from './report/html-style.ts';
export type { Estimate, Metrics, Summary } from './report/summary.ts';
export { themeColours } from './report/theme-colours.ts';
