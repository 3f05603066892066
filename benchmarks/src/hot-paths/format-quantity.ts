/** Times and sizes as people read them, with three digits. */

/** From microseconds. */
export function formatUs(us: number): string {
  if (us >= 1e6) return `${(us / 1e6).toPrecision(3)} s`;
  return us >= 1000 ? `${(us / 1000).toPrecision(3)} ms` : `${us.toPrecision(3)} us`;
}

export function formatBytes(bytes: number): string {
  if (bytes >= 1e6) return `${(bytes / 1e6).toPrecision(3)} MB`;
  return bytes >= 1000 ? `${(bytes / 1000).toPrecision(3)} kB` : `${bytes.toFixed(0)} B`;
}
