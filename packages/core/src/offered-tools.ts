/** The tools (functions) that a request offers to the model: which model answers best depends on them, and they are known before anything is executed. */

export interface OfferedTools {
  /** In the order of the offer; empty where a request says that it offers none. */
  readonly names: readonly string[];
  /** Of all tools together. */
  readonly parameters: number;
  /** Length of all their schemas, as they are sent. */
  readonly schemaCharacters: number;
}
