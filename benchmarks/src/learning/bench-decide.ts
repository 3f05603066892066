/** `pnpm bench:decide [--json]`: how long features, decisions and folds take, beside what they may take. */
import { parseArgs } from 'node:util';
import { decisionSpeed, featureSpeed, plainLoopSpeed } from './decision-speed.ts';
import { foldSpeed } from './fold-speed.ts';
import { isReached, renderGoals, type SpeedGoal } from './speed-goal.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const say = (line: string): void => void process.stderr.write(`${line}\n`);

say('folding ...');
const goals: SpeedGoal[] = [...foldSpeed()];
say('features ...');
goals.push(...(await plainLoopSpeed()), ...(await featureSpeed()));
const typical = new Map<number, number>();
for (const arms of [10, 100, 1000]) {
  say(`${arms} arms ...`);
  const speed = await decisionSpeed(arms);
  goals.push(...speed);
  typical.set(arms, (speed[1] as SpeedGoal).measured);
}
// Linear in the arms, with room for caches that a thousand no longer fit.
goals.push({ what: 'time for 1,000 arms / time for 100', unit: 'ratio', measured: (typical.get(1000) as number) / (typical.get(100) as number), most: 15 });
process.stdout.write(
  values.json
    ? `${JSON.stringify({ node: process.versions.node, goals: goals.map((goal) => ({ ...goal, reached: isReached(goal) })) }, null, 2)}\n`
    : renderGoals(goals),
);
