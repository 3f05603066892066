/** `pnpm bench:forest [--json] [--quick]`: our forests beside scikit-learn's and ml-random-forest's; writes results/bench/forest.json and .md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareAccuracy } from './accuracy.ts';
import { type ForestReport, renderForestReport } from './forest-report.ts';
import { openScikitLearn } from './scikit-learn.ts';
import { compareOutputs, compareSpeed } from './speed.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } } });
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const python = process.env['RATCHET_PYTHON'] || 'python3';
const scikitLearn = await openScikitLearn(python);
if (scikitLearn === undefined) say(`${python} has no scikit-learn: skipped (RATCHET_PYTHON names another Python)`);
say('training and prediction ...');
const speed = await compareSpeed(scikitLearn, values.quick ? { sizes: [1000], runs: 2 } : { sizes: [1000, 5000, 20_000], runs: 3 });
say('several outputs ...');
const outputs = await compareOutputs(scikitLearn, values.quick ? 1 : 3);
if (scikitLearn !== undefined) say('accuracy ...');
const accuracy = scikitLearn === undefined ? [] : await compareAccuracy(scikitLearn, values.quick ? 1 : 3);
const report: ForestReport = { node: process.versions.node, ...(await scikitLearn?.versions()), speed, outputs, accuracy };
scikitLearn?.close();

const folder = new URL('../../../results/bench/', import.meta.url);
mkdirSync(folder, { recursive: true });
const json = `${JSON.stringify(report, null, 2)}\n`;
const text = renderForestReport(report);
writeFileSync(fileURLToPath(new URL('forest.json', folder)), json);
writeFileSync(fileURLToPath(new URL('forest.md', folder)), text);
process.stdout.write(values.json ? json : text);
