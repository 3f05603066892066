#!/usr/bin/env node
/** Where the command line begins: plain JavaScript, so that all TypeScript after it comes out of the compile cache. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./main.ts');
