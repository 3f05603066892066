/** Prints measured numbers: each with its unit, and with no more digits than its interval supports. */
import type { Comparison, Estimate, MetricName } from './summary.ts';

/** What stands where a number is not known. */
export const unknownText = '-';

/** A difference is called significant when its p value, adjusted over the report's comparisons (Holm), is below this. */
export const significanceLevel = 0.05;

type Range = Pick<NonNullable<Estimate>, 'mean' | 'low' | 'high'>;
type Unit = 'score' | 'usd' | 'ms' | 's';

/** Dollars: cents from $1 up, three significant digits below, such as $0.00042. */
export function formatUsd(usd: number): string {
  const size = Math.abs(usd);
  if (size === 0) return '$0';
  if (size >= 1000) return print(usd, 'usd', 0);
  if (size >= 1) return print(usd, 'usd', 2);
  const decimals = Math.max(2, significantDecimals(size, 3));
  const [whole, fraction = ''] = size.toFixed(Math.min(decimals, 12)).split('.');
  return `${usd < 0 ? '-' : ''}$${whole}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** A time: milliseconds below a second, seconds above, three significant digits at most. */
export function formatMs(ms: number): string {
  const unit = timeUnit(ms);
  const size = Math.abs(inUnit(ms, unit));
  return print(ms, unit, unit === 'ms' ? (size < 10 && !Number.isInteger(size) ? 1 : 0) : significantDecimals(size, 3));
}

/** How long something took, for people: 640 ms, 12.3 s, 3 min 20 s, 2 h 5 min. */
export function formatDuration(ms: number): string {
  if (ms < 120_000) return formatMs(ms);
  const seconds = Math.round(ms / 1000);
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** A share in [0, 1] as percent: 62%, and below ten percent with one decimal. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent.toFixed(Math.abs(percent) < 9.95 && !Number.isInteger(percent) ? 1 : 0)}%`;
}

/** 12345 as 12,345. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A score in [0, 1], or points of one. */
export function formatScore(score: number): string {
  return print(score, 'score', 3);
}

export function formatMetric(metric: MetricName, value: number | null): string {
  if (value === null) return unknownText;
  switch (metric) {
    case 'costUsd':
      return formatUsd(value);
    case 'latencyMs':
      return formatMs(value);
    case 'quality':
    case 'utility':
    case 'regret':
      return formatScore(value);
    default:
      return metric satisfies never;
  }
}

/** 0.842 [0.812, 0.871]: the mean with its 95% interval, all in the unit and with the decimals that fit the mean. */
export function formatInterval(metric: MetricName, estimate: Estimate): string {
  if (estimate === null) return unknownText;
  const unit = unitOf(metric, estimate.mean);
  const decimals = decimalsOf(unit, estimate);
  const text = (value: number) => print(value, unit, decimals);
  return `${text(estimate.mean)} [${text(estimate.low)}, ${text(estimate.high)}]`;
}

/** +0.041 [+0.020, +0.062]: a difference with its 95% interval, signed. */
export function formatDifference(comparison: Pick<Comparison, 'metric' | 'delta' | 'low' | 'high'>): string {
  const { metric, delta, low, high } = comparison;
  const size = Math.max(Math.abs(delta), (high - low) / 2);
  const unit = unitOf(metric, Math.max(size, Math.abs(low), Math.abs(high)));
  const decimals = decimalsOf(unit, { mean: size, low, high });
  const text = (value: number) => signed(value, print(value, unit, decimals));
  return `${text(delta)} [${text(low)}, ${text(high)}]`;
}

/** A relative change: +12.1%, and whole percents from ten percent up or where the uncertainty (of the same kind) is wide. */
export function formatChange(relative: number, uncertainty = 0): string {
  const percent = relative * 100;
  const size = Math.abs(percent);
  const rounded = size >= 1000 ? formatCount(Math.round(Number(size.toPrecision(2)))) : size.toFixed(size >= 9.95 || uncertainty >= 0.05 ? 0 : 1);
  return signed(relative, `${relative < 0 ? '-' : ''}${rounded}%`);
}

/** The comparison's change relative to the baseline's mean, with `~` in front where it is not significant. */
export function formatComparedChange(comparison: Comparison): string {
  const { relative, delta, low, high } = comparison;
  const mark = isSignificant(comparison) ? '' : `${significanceMark(comparison)} `;
  if (relative === null) return `${mark}${formatDifference(comparison).split(' [')[0]}`;
  return `${mark}${formatChange(relative, delta === 0 ? 0 : Math.abs(relative / delta) * ((high - low) / 2))}`;
}

/** p = 0.034; p < 0.001. */
export function formatP(p: number): string {
  if (p < 0.001) return 'p < 0.001';
  return p < 0.01 ? `p = ${p.toFixed(3)}` : `p = ${p.toFixed(2)}`;
}

export function isSignificant(comparison: Pick<Comparison, 'pAdjusted'>): boolean {
  return comparison.pAdjusted < significanceLevel;
}

/** `~` where a difference is not significant after Holm's adjustment. */
export function significanceMark(comparison: Pick<Comparison, 'pAdjusted'>): '' | '~' {
  return isSignificant(comparison) ? '' : '~';
}

function unitOf(metric: MetricName, size: number): Unit {
  if (metric === 'costUsd') return 'usd';
  return metric === 'latencyMs' ? timeUnit(size) : 'score';
}

function timeUnit(ms: number): 'ms' | 's' {
  return Math.abs(ms) < 999.5 ? 'ms' : 's';
}

function inUnit(value: number, unit: Unit): number {
  return unit === 's' ? value / 1000 : value;
}

/** Decimals at which the half width of an interval still shows, and not much more. */
function decimalsOf(unit: Unit, { mean, low, high }: Range): number {
  const half = (high - low) / 2;
  if (unit === 'score') return half >= 0.05 ? 2 : 3;
  const size = Math.abs(inUnit(mean, unit));
  if (size === 0) return unit === 'usd' ? 2 : 0;
  const wide = half >= Math.abs(mean) * 0.05;
  const decimals = Math.min(significantDecimals(size, wide ? 2 : 3), 12);
  return unit === 'usd' && decimals === 1 ? 2 : decimals;
}

/** Decimals needed to show `digits` significant digits of a positive number. */
function significantDecimals(size: number, digits: number): number {
  const exponent = Math.floor(Math.log10(Number(size.toPrecision(digits))));
  return Math.max(0, digits - 1 - exponent);
}

function print(value: number, unit: Unit, decimals: number): string {
  const fixed = Math.abs(inUnit(value, unit)).toFixed(decimals);
  const sign = value < 0 && Number(fixed) !== 0 ? '-' : '';
  switch (unit) {
    case 'usd':
      return `${sign}$${withThousands(fixed)}`;
    case 'ms':
    case 's':
      return `${sign}${withThousands(fixed)} ${unit}`;
    case 'score':
      return `${sign}${fixed}`;
    default:
      return unit satisfies never;
  }
}

function withThousands(fixed: string): string {
  return fixed.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
}

/** `text` with a plus where it shows a positive number, and without a minus where it shows zero. */
function signed(value: number, text: string): string {
  if (!/[1-9]/.test(text)) return text.replace('-', '');
  return value > 0 ? `+${text}` : text;
}
