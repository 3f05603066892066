/** Makes src/kernels/compiled-kernels.ts of kernels.wat: `node test/kernels/compile-kernels.ts` in packages/learning. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

const folder = fileURLToPath(new URL('../../src/kernels/', import.meta.url));

/** What the file must say. */
export async function compiledKernels(): Promise<string> {
  const { parseWat } = await wabt();
  const { buffer } = parseWat('kernels.wat', readFileSync(`${folder}kernels.wat`, 'utf8'), { simd: true }).toBinary({});
  const lines =
    Buffer.from(buffer)
      .toString('base64')
      .match(/.{1,120}/g) ?? [];
  return [
    '/** kernels.wat, as WebAssembly in base64. Made by test/kernels/compile-kernels.ts; a test holds it to its source. */',
    'export const compiledKernels = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
    '',
  ].join('\n');
}

if (import.meta.filename === process.argv[1]) writeFileSync(`${folder}compiled-kernels.ts`, await compiledKernels());
