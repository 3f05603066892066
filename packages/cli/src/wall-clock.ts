/** The time of day, for manifests, traces and reports; nothing that is measured depends on it. */
export function wallClock(): Date {
  // biome-ignore lint/plugin: this is the adapter
  return new Date();
}

/** Milliseconds since 1970, with their fractions: for traces. */
export const wallClockMs = (): number =>
  // biome-ignore lint/plugin: this is the adapter
  performance.timeOrigin + performance.now();
