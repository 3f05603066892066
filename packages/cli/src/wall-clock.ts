/** The time of day, for manifests, traces and reports; nothing that is measured depends on it. */
export function wallClock(): Date {
  // biome-ignore lint/plugin: this is the adapter
  return new Date();
}
