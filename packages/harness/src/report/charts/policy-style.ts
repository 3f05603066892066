/** Gives each policy a colour, a symbol and a line, the same in every chart; colours are those of Okabe and Ito. */
import { focusPolicy, learningPolicies, oraclePolicy } from '../focus-policy.ts';
import type { Summary } from '../summary.ts';
import type { LegendEntry } from './figure.ts';

export interface PolicyStyle {
  readonly color: string;
  readonly symbol: 'circle' | 'square' | 'triangle' | 'diamond';
  /** SVG dash array; undefined for a solid line. */
  readonly dash: string | undefined;
}

/** CSS variables that the page defines for light and for dark. */
export const palette = {
  blue: 'var(--blue)',
  vermillion: 'var(--vermillion)',
  green: 'var(--green)',
  purple: 'var(--purple)',
  orange: 'var(--orange)',
  sky: 'var(--sky)',
  ink: 'var(--ink)',
  muted: 'var(--muted)',
} as const;

const others = [palette.vermillion, palette.green, palette.purple, palette.orange, palette.sky];
const symbols = ['square', 'triangle', 'diamond', 'circle'] as const;

export function policyStyles(summary: Summary): ReadonlyMap<string, PolicyStyle> {
  const focus = focusPolicy(summary);
  const learners = learningPolicies(summary);
  const named = [...learners, ...Object.keys(summary.policies).filter((name) => !learners.includes(name))];
  const rest = named.filter((name) => name !== focus && name !== summary.baseline && name !== oraclePolicy);
  const styles = new Map<string, PolicyStyle>(
    rest.map((name, index) => [
      name,
      { color: others[index % others.length] ?? palette.muted, symbol: symbols[index % symbols.length] ?? 'square', dash: undefined },
    ]),
  );
  if (focus !== undefined) styles.set(focus, { color: palette.blue, symbol: 'circle', dash: undefined });
  styles.set(summary.baseline, { color: palette.muted, symbol: 'square', dash: '6 4' });
  if (oraclePolicy in summary.policies) styles.set(oraclePolicy, { color: palette.ink, symbol: 'diamond', dash: '1.5 3.5' });
  return styles;
}

/** The style of a policy that only comparisons or generations name. */
export const unknownPolicyStyle: PolicyStyle = { color: palette.muted, symbol: 'circle', dash: undefined };

export const strategyStyles: readonly { readonly color: string; readonly symbol: PolicyStyle['symbol'] }[] = [
  { color: palette.sky, symbol: 'circle' },
  { color: palette.orange, symbol: 'square' },
  { color: palette.green, symbol: 'triangle' },
  { color: palette.purple, symbol: 'diamond' },
];

/** The names given, those the project knows first, in its order; then any others by name. */
export function inStrategyOrder(names: Iterable<string>): readonly string[] {
  const known = ['direct', 'batch', 'orchestrate', 'collaborate'];
  const rank = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length);
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}

export function lineMark(style: PolicyStyle): LegendEntry['mark'] {
  return style.dash === undefined ? style.symbol : style.dash.startsWith('1') ? 'dotted' : 'dashed';
}
