/** `pnpm test:weave-server`: needs Python and PyPI, and is no part of `pnpm test`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['test/weave-server/*.suite.ts'], testTimeout: 120_000, hookTimeout: 900_000 } });
