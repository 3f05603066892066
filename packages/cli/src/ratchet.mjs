#!/usr/bin/env node
/** Where the command line begins: plain JavaScript that any Node reads, so that all TypeScript after it comes out of the compile cache. */
import * as nodeModule from 'node:module';
import { dirname } from 'node:path';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  nodeModule.enableCompileCache();
  const cache = nodeModule.getCompileCacheDir();
  // Threads do not share what is enabled here; they read the variable. Node adds its version to the folder by itself.
  if (cache !== undefined) process.env.NODE_COMPILE_CACHE ??= dirname(cache);
  await import('./main.ts');
} else {
  process.stderr.write(
    `error: Ratchet needs Node 22.18 or later, and this is ${process.version}. \`pnpm ratchet\` in its folder takes the Node that \`pnpm install\` put beside it: node_modules/.bin/node\n`,
  );
  process.exitCode = 2;
}
