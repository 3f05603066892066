/** Where finished steps go: a file, or what is to be sent to a service. */

export interface SpanSink {
  /** `line` is a span's record as JSON, without a line break. What it throws, the tracer keeps from the work, and it is not asked again. */
  write(line: string): void;
  /** Whatever was written can be read by others now. */
  flush(): void;
  close(): void;
}
