/** One vitest configuration for all packages; each runs it from its own folder. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: process.cwd(),
  resolve: { alias: [{ find: /^fast-check$/, replacement: fileURLToPath(new URL('./seeded-fast-check.ts', import.meta.url)) }] },
  test: {
    globalSetup: [fileURLToPath(new URL('./test-folders.ts', import.meta.url))],
    include: ['test/**/*.test.ts'],
    reporters: ['default', ['json', { outputFile: 'test-report.json' }]],
    // Modules are loaded once a process, not once a test file: half of the time otherwise. So no test file may change what others load.
    isolate: false,
    // For a machine with much else to do.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
