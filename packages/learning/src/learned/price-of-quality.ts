/** Which price of quality to take, of policies that differ in nothing else. */

/** What a policy of one price of quality comes to, on the mean of the requests. */
export interface PolicyRun {
  readonly lambda: number;
  readonly quality: number;
  readonly floor: number;
  readonly price: number;
  /** Of quality - floor. */
  readonly standardError: number;
}

export interface PriceGround {
  /** Points that a quality of 1 is worth beyond the floor; 0: only the floor counts. */
  readonly qualityValue: number;
  /** How many standard errors the estimate must be above the floor. */
  readonly caution: number;
  /** Utility that a point of quality below the floor costs, where quality beyond it is worth something too. */
  readonly belowFloor: number;
}

/** Of the prices, on either side: the neighbours of one are within a factor of three. */
const neighbouringShare = 1 / 18;

/** Ascending; up to 1 / qualityValue, beyond which quality would be sold for less than it is worth. */
export function priceGrid(qualityValue: number, steps: number): readonly number[] {
  const most = qualityValue > 0 ? 1 / qualityValue : 30;
  return [0, ...Array.from({ length: steps }, (_, step) => most * 10 ** ((-4 * (steps - 1 - step)) / (steps - 1)))];
}

/** Quality above the floor, less what caution asks for. */
export function excess({ quality, floor, standardError }: PolicyRun, { caution }: Pick<PriceGround, 'caution'>): number {
  return quality - floor - caution * standardError;
}

/**
 * The last that reaches the floor, by itself and on the mean of its neighbours: of dozens of prices of quality the largest that
 * just does would often be one whose estimate is above the others' by luck.
 */
export function cheapestReaching(runs: readonly PolicyRun[], ground: Pick<PriceGround, 'caution'>): PolicyRun | undefined {
  const above = runs.map((run) => excess(run, ground));
  const either = Math.round(neighbouringShare * runs.length);
  const near = (position: number): number => {
    let sum = 0;
    for (let step = -either; step <= either; step++) sum += above[Math.min(above.length - 1, Math.max(0, position + step))] as number;
    return sum / (2 * either + 1);
  };
  return runs.findLast((_, position) => (above[position] as number) >= 0 && near(position) >= 0);
}

/**
 * Where quality beyond the floor has a value, the largest lambda is the best, if its policy reaches the floor. Else falling
 * below it has a price as well: the policy of the most utility by both, of equal ones the cheapest. The floor is known as badly as the
 * policies, so on few tasks a limit would often be met by paying anything.
 */
export function mostUseful(runs: readonly PolicyRun[], ground: PriceGround): PolicyRun | undefined {
  const { qualityValue, caution, belowFloor } = ground;
  const cheapest = runs.at(-1) as PolicyRun;
  if (excess(cheapest, ground) >= 0) return cheapest;
  const utility = ({ quality, price, floor, standardError }: PolicyRun): number =>
    qualityValue * quality - price - belowFloor * Math.max(0, floor + caution * standardError - quality);
  return runs.reduce((best, run) => (utility(run) >= utility(best) - 1e-12 ? run : best));
}

/** Mean of the best quality that the policies reach within 15%, 20% ... 90% of the price `full`: how high the frontier is, whatever it is made of. */
export function frontierQuality(runs: readonly PolicyRun[], full: number): number {
  const least = runs.reduce((lowest, { quality }) => Math.min(lowest, quality), 1);
  let sum = 0;
  let steps = 0;
  for (let share = 15; share <= 90; share += 5) {
    sum += runs.reduce((most, run) => (run.price <= (share / 100) * full ? Math.max(most, run.quality) : most), least);
    steps++;
  }
  return sum / steps;
}

/** Mean value of the policies from a price of quality on. */
export function lagrangian(runs: readonly PolicyRun[], from: number): number {
  const relevant = runs.filter(({ lambda }) => lambda >= from);
  return relevant.reduce((sum, run) => sum + run.quality - run.lambda * run.price, 0) / Math.max(1, relevant.length);
}
