/** `pnpm bench decide`: how long features, decisions and a million folds take, beside what they may take. */
import type { Suite } from '../suite/suite.ts';
import { decisionSpeed, featureSpeed, plainLoopSpeed } from './decision-speed.ts';
import { foldSpeed } from './fold-speed.ts';
import { isReached, renderGoals, type SpeedGoal } from './speed-goal.ts';

export const decideSuite: Suite = {
  name: 'decide',
  title: 'Speed of a decision',
  about: 'features, decisions and a million folds, beside their goals',
  options: {},
  when: 'asked',
  run: async ({ say }) => {
    say('  folding');
    const goals: SpeedGoal[] = [...foldSpeed()];
    say('  features');
    goals.push(...(await plainLoopSpeed()), ...(await featureSpeed()));
    const typical = new Map<number, number>();
    for (const arms of [10, 100, 1000]) {
      say(`  ${arms} arms`);
      const speed = await decisionSpeed(arms);
      goals.push(...speed);
      typical.set(arms, (speed[1] as SpeedGoal).measured);
    }
    // Linear in the arms, with room for caches that a thousand no longer fit.
    goals.push({ what: 'time for 1,000 arms / time for 100', unit: 'ratio', measured: (typical.get(1000) as number) / (typical.get(100) as number), most: 15 });
    return { markdown: renderGoals(goals), figures: { goals: goals.map((goal) => ({ ...goal, reached: isReached(goal) })) } };
  },
};
