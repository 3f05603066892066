/** Executes an analysed request with an arm's strategy. */
import type { Analysis } from './analysis.ts';
import type { Arm } from './arm.ts';
import { batch } from './strategies/batch.ts';
import { collaborate } from './strategies/collaborate.ts';
import { direct } from './strategies/direct.ts';
import { orchestrate } from './strategies/orchestrate.ts';
import type { StrategyContext, StrategyEnd } from './strategy.ts';

export function executeArm(analysis: Analysis, arm: Arm, context: StrategyContext): Promise<StrategyEnd> {
  switch (arm.strategy) {
    case 'direct':
      return direct(analysis, arm, context);
    case 'batch':
      return batch(analysis, arm, context);
    case 'orchestrate':
      return orchestrate(analysis, arm, context);
    case 'collaborate':
      return collaborate(analysis, arm, context);
    default:
      return arm satisfies never;
  }
}
