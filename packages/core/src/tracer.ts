/** The port for traces: nested spans around steps. A tracer never fails, delays or changes the work it watches. */

export type Attributes = Readonly<Record<string, unknown>>;

export interface Span {
  /** Adds to what is known of the step; later values win. */
  set(attributes: Attributes): void;
  /** What users and models wrote. Asked for at once and only where it is kept, so that it costs nothing elsewhere. */
  content(give: () => Attributes): void;
}

export interface Tracer {
  /** Runs `work` once, as a step inside the step that is running now, and gives back what it gives. */
  span<T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T>;
  /** The same for a step that waits for nothing. */
  step<T>(name: string, attributes: Attributes, work: (span: Span) => T): T;
}

const silentSpan: Span = { set: () => undefined, content: () => undefined };

/** Watches nothing. */
export const silentTracer: Tracer = {
  span: (_name, _attributes, work) => work(silentSpan),
  step: (_name, _attributes, work) => work(silentSpan),
};
