/** All suites, in the order in which they are run. */
import type { Suite } from './suite.ts';

/** A suite is loaded when it is run: most are asked for one at a time. */
export const suites: readonly (() => Promise<Suite>)[] = [
  async () => (await import('../hot-paths/hot-paths-suite.ts')).hotPathsSuite,
  async () => (await import('../ratios/ratios-suite.ts')).ratiosSuite,
  async () => (await import('../decide/decide-suite.ts')).decideSuite,
  async () => (await import('../learning-speed/learning-speed-suite.ts')).learningSpeedSuite,
  async () => (await import('../forest/forest-suite.ts')).forestSuite,
  async () => (await import('../scenarios/scenarios-suite.ts')).scenariosSuite,
  async () => (await import('../decomposition/decomposition-suite.ts')).decompositionSuite,
  async () => (await import('../convergence/convergence-suite.ts')).convergenceSuite,
  async () => (await import('../convergence/judge-suite.ts')).judgeSuite,
  async () => (await import('../routing/routing-suite.ts')).routingSuite,
  async () => (await import('../routing/intervals-suite.ts')).intervalsSuite,
  async () => (await import('../gates/gates-suite.ts')).gatesSuite,
];
