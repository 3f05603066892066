/** The page's clock: the one place that reads real time and waits for it. */

/** Milliseconds of the Unix epoch. */
export function now(): number {
  // biome-ignore lint/plugin: the adapter of the page
  return Date.now();
}

/** Calls `action` after so many milliseconds, unless it is called off by what this returns. */
export function later(ms: number, action: () => void): () => void {
  // biome-ignore lint/plugin: the adapter of the page
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
}

/** Resolves after so many milliseconds, or when the signal is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const cancel = later(ms, resolve);
    signal?.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}
