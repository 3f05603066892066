/** What reports say of the races of arms before learning: how many there were, and what each rung kept. */
import { formatCount } from './measures.ts';
import { type Table, tableOf } from './report-tables.ts';
import { counted } from './statements.ts';
import type { Summary } from './summary.ts';

/** undefined where nothing was tuned. */
export function tuningStatement({ tuning, arms }: Summary): string | undefined {
  if (tuning === undefined) return undefined;
  const sizes = tuning.map((one) => one.arms.length);
  const [fewest, most] = [Math.min(...sizes), Math.max(...sizes)];
  const left = fewest === most ? formatCount(most) : `${formatCount(fewest)} to ${formatCount(most)}`;
  const races = Math.max(...tuning.map((one) => one.races.length));
  return `Before they learned, policies got ${left} of ${counted(arms, 'arm')}: ${races === 0 ? 'no arms had to be raced' : `${counted(races, 'race')} a seed on training tasks (successive halving, the same luck for all) kept the better ones`}. Fixed policies and the oracle know all arms.`;
}

/** A row a seed and race. */
export function tuningTable({ tuning = [] }: Summary): Table {
  const rows = tuning.flatMap(({ seed, races }) =>
    races.map(({ name, raced, rungs, kept }) => [
      String(seed),
      name,
      raced.join(', '),
      rungs.map((rung) => `${rung.raced} on ${counted(rung.tasks, 'task')}: ${rung.kept.join(', ') || 'none'}`).join('; '),
      kept.join(', '),
    ]),
  );
  return tableOf(['Seed', 'Race', 'Arms', 'Rungs: what each kept, best first', 'Kept'], ['number', 'name', 'text', 'text', 'text'], rows);
}
