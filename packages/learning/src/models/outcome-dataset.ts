/** What models of outcomes are fitted on: for every request, the arms whose outcome is known, in compressed rows. */

/**
 * The cells of request r are those from `offsets[r]` to before `offsets[r + 1]`, each arm at most once. A cell is the mean of
 * the outcomes of one arm on one request.
 */
export interface OutcomeDataset {
  readonly requests: number;
  readonly arms: number;
  /** requests + 1, ascending from 0. */
  readonly offsets: Int32Array;
  readonly arm: Uint16Array;
  /** The outcome, or its deviation from what is expected. */
  readonly value: Float64Array;
  /** How many independent outcomes the mean is worth; above 0. */
  readonly weight: Float64Array;
}

/** Requests x arms, row by row. */
export type ArmMatrix = Float64Array;

/** A model's view of each request in terms of all arms, as deviations from what is expected before. */
export interface MemberFit {
  readonly name: string;
  /** Requests x arms of the dataset, each request predicted without its own outcomes. */
  readonly leftOut: ArmMatrix;
  /** Adds `scale` times the prediction for a new request to `into`, which has one slot an arm. */
  addTo(into: Float64Array, request: RequestView, scale: number): void;
}

/** A request as the models see it. */
export interface RequestView {
  /** Its place among the requests that were learned from, every dimension counting alike. */
  readonly point: Float32Array;
  /** Where it is compared with them: the same, or weighed by what tells outcomes apart. */
  readonly place: Float32Array;
  /** Positions of its nearest requests, nearest first, and their squared distances. */
  readonly neighbours: Int32Array;
  readonly squaredDistances: Float64Array;
  /** Intercept, structure and kinds, for the linear model. */
  readonly linear: Float64Array;
}
