/** Finds the best of many configurations: all on a few tasks, the better ones on more, and so on (successive halving). */

export interface HalvingSettings {
  /** One in so many goes on to the next rung, on so many times the budget; a whole number of at least 2. */
  readonly eta: number;
  /** Of the first rung, such as a number of tasks: a whole number of at least 1. */
  readonly firstBudget: number;
  /** No rung has more: the number of tasks there are, for instance. Unlimited unless told. */
  readonly mostBudget?: number | undefined;
  /** How many to keep at the end, 1 to 16; 16 unless told. */
  readonly keep?: number | undefined;
}

export interface Rung {
  readonly configurations: number;
  /** For each of them. */
  readonly budget: number;
}

export type EvaluationEnd =
  | { readonly kind: 'scored'; readonly score: number }
  /** It threw, or its score was not a finite number. */
  | { readonly kind: 'failed'; readonly error: unknown };

export interface RankedConfiguration<Configuration> {
  readonly configuration: Configuration;
  /** In the list that was given. */
  readonly position: number;
  /** Of its last evaluation, and what came of that. */
  readonly budget: number;
  readonly end: EvaluationEnd;
}

export interface HalvingResult<Configuration> {
  /** Best first. None that failed, so there may be fewer than were to be kept. */
  readonly kept: readonly Configuration[];
  /** All of them: the longer one stayed the better, then by its last score, then by position; those that failed come last. */
  readonly ranking: readonly RankedConfiguration<Configuration>[];
  /** What was evaluated on each rung, and the positions of those that it let pass, best first. */
  readonly rungs: readonly (Rung & { readonly passed: readonly number[] })[];
  readonly evaluations: number;
  /** Sum of the budgets of all evaluations, failed ones among them. */
  readonly budgetSpent: number;
}

const mostKept = 16;

/**
 * What a run will evaluate if nothing fails: ask before spending.
 *
 * @throws RangeError for settings outside their ranges
 */
export function halvingRungs(count: number, settings: HalvingSettings): readonly Rung[] {
  const { eta, firstBudget, mostBudget = Number.POSITIVE_INFINITY, keep = mostKept } = settings;
  if (!Number.isSafeInteger(eta) || eta < 2) throw new RangeError(`successive halving: eta is ${eta}, not a whole number of at least 2`);
  if (!Number.isSafeInteger(firstBudget) || firstBudget < 1) throw new RangeError(`successive halving: ${firstBudget} is no budget to begin with`);
  if (!(mostBudget >= firstBudget)) throw new RangeError(`successive halving: a budget of at most ${mostBudget} is less than the first, ${firstBudget}`);
  if (!Number.isSafeInteger(keep) || keep < 1 || keep > mostKept) throw new RangeError(`successive halving: cannot keep ${keep}; keep 1 to ${mostKept}`);
  const rungs: Rung[] = [];
  let configurations = count;
  for (let budget = firstBudget; configurations > 0; budget = Math.min(mostBudget, budget * eta)) {
    rungs.push({ configurations, budget });
    configurations = Math.max(keep, Math.ceil(configurations / eta));
    if (configurations <= keep) break;
  }
  return rungs;
}

/**
 * Karnin, Koren & Somekh (2013), "Almost Optimal Exploration in Multi-Armed Bandits"; Jamieson & Talwalkar (2016),
 * "Non-stochastic Best Arm Identification and Hyperparameter Optimization". Stops as soon as no more are left than are
 * to be kept; a list that is no longer than that is still evaluated once.
 *
 * For common random numbers, `evaluate` takes the first `budget` tasks of one order and, on each, the same seeds for
 * every configuration: what is luck of the tasks then cancels in the comparison. The evaluations of a rung are begun
 * together, in order; limiting how many run at once is the business of what executes them. When they end changes nothing.
 *
 * @param evaluate greater is better; one that throws, or gives NaN or an infinity, loses
 * @throws RangeError for settings outside their ranges
 */
export async function successiveHalving<Configuration>(
  configurations: readonly Configuration[],
  settings: HalvingSettings,
  evaluate: (configuration: Configuration, budget: number) => Promise<number>,
): Promise<HalvingResult<Configuration>> {
  const plan = halvingRungs(configurations.length, settings);
  const rungs: (Rung & { readonly passed: readonly number[] })[] = [];
  const failed: RankedConfiguration<Configuration>[] = [];
  /** Those eliminated, the last ones first. */
  let eliminated: readonly RankedConfiguration<Configuration>[] = [];
  let passed: readonly RankedConfiguration<Configuration>[] = [];
  let running = configurations.map((configuration, position) => ({ configuration, position }));
  for (const [index, { budget }] of plan.entries()) {
    const ends = await Promise.all(running.map(({ configuration }) => endOf(() => evaluate(configuration, budget))));
    const ranked = running.map((one, place): RankedConfiguration<Configuration> => ({ ...one, budget, end: ends[place] as EvaluationEnd }));
    const scored = ranked.filter(({ end }) => end.kind === 'scored').sort(byScore);
    const places = plan[index + 1]?.configurations ?? settings.keep ?? mostKept;
    passed = scored.slice(0, places);
    eliminated = [...scored.slice(places), ...eliminated];
    failed.unshift(...ranked.filter(({ end }) => end.kind === 'failed'));
    rungs.push({ configurations: running.length, budget, passed: passed.map(({ position }) => position) });
    running = passed.map(({ configuration, position }) => ({ configuration, position })).sort((a, b) => a.position - b.position);
  }
  return {
    kept: passed.map(({ configuration }) => configuration),
    ranking: [...passed, ...eliminated, ...failed],
    rungs,
    evaluations: rungs.reduce((sum, rung) => sum + rung.configurations, 0),
    budgetSpent: rungs.reduce((sum, rung) => sum + rung.configurations * rung.budget, 0),
  };
}

async function endOf(evaluate: () => Promise<number>): Promise<EvaluationEnd> {
  try {
    const score = await evaluate();
    return Number.isFinite(score) ? { kind: 'scored', score } : { kind: 'failed', error: new RangeError(`the score is ${score}`) };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

/** Equal ones keep their order, which is that of the list that was given. */
function byScore(a: RankedConfiguration<unknown>, b: RankedConfiguration<unknown>): number {
  return a.end.kind === 'scored' && b.end.kind === 'scored' ? b.end.score - a.end.score : 0;
}
