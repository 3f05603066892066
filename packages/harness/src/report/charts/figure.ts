/** A figure of the HTML report: panels side by side, a legend, and the same numbers as a table. */
import type { Table } from '../report-tables.ts';

/** One drawing at a width that is legible on a phone; `wide`, where given, takes its place on a wide screen. */
interface Drawing {
  readonly svg: string;
  readonly wide?: string;
}

export interface DrawnPanel {
  readonly kind: 'drawn';
  readonly title: string;
  readonly drawing: Drawing;
  readonly legend?: readonly LegendEntry[];
}

/** A drawn panel, or the reason why there is none. */
export type Panel = DrawnPanel | { readonly kind: 'left-out'; readonly title: string; readonly reason: string };

export interface LegendEntry {
  readonly label: string;
  /** A CSS colour. */
  readonly color: string;
  readonly mark: 'circle' | 'square' | 'triangle' | 'diamond' | 'ring' | 'line' | 'dashed' | 'dotted' | 'area';
}

export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** For all panels; a panel may have one of its own. */
  readonly legend: readonly LegendEntry[];
  readonly panels: readonly Panel[];
  readonly table: Table | null;
}

/** Width of a panel in CSS pixels: it fits a phone of 400 px unscaled. */
export const panelWidth = 340;

export function leftOut(title: string, reason: string): Panel {
  return { kind: 'left-out', title, reason };
}
