/** `pnpm bench [suite ...]`: runs suites and writes what they measured; `--compare BASE` sets two checkouts side by side. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { systemClock } from '@ratchet/core';
import { findPython } from './peers/find-python.ts';
import { describeMachine, type Machine, machineText } from './suite/machine.ts';
import { benchResults, fromHere } from './suite/project-root.ts';
import type { Suite, SuiteReport } from './suite/suite.ts';
import { suites } from './suite/suites.ts';

const all = await Promise.all([...suites.map((load) => load()), (await import('./compare/compare-suite.ts')).compareSuite]);
const shared = {
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  data: { type: 'string' },
  compare: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

const usage = `pnpm bench [suite ...] [--quick] [--json] [--data DIR] [--out DIR] [options of the suites]
pnpm bench --compare BASE [--only TEXT] [--threshold 0.1] [--pairs N]

Runs every suite marked * or + (with --quick only those marked *), or those that are named, which then take their time.
  --quick    less of everything, within three minutes
  --json     figures as JSON on stdout
  --data     folder with routing/ and decomposition/, recorded data of others
  --compare  another checkout, or a commit: runs of both in turn; exit code 1 where this one is surely slower
  --out      folder that figures are written to, results/bench unless told

${all.map(({ name, about, when, options }) => `  ${when === 'quick' ? '*' : when === 'whole' ? '+' : ' '} ${name.padEnd(15)} ${about}${Object.keys(options).length === 0 ? '' : ` (--${Object.keys(options).join(', --')})`}`).join('\n')}
`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const { chosen, values, words, named } = readWords();
const out = values.out === undefined ? benchResults : fromHere(values.out);
const python = findPython();
const clock = systemClock();
const machine = describeMachine();
const reports: { readonly suite: Suite; readonly report: SuiteReport; readonly seconds: number }[] = [];
for (const suite of chosen) {
  say(`${suite.name} ...`);
  const begun = clock.now();
  const data = values.data === undefined ? undefined : fromHere(values.data);
  const report = await suite.run({ quick: values.quick, named, data, python, words, say });
  const seconds = Math.round((clock.now() - begun) / 1000);
  reports.push({ suite, report, seconds });
  writeReport(suite, report, seconds);
  say(`${suite.name}: ${seconds} s`);
  if (!values.json) process.stdout.write(`${textOf(suite, report, machine, seconds)}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify(Object.fromEntries(reports.map(({ suite, report }) => [suite.name, report.figures])), null, 2)}\n`);
const failures = reports.flatMap(({ report }) => report.failures ?? []);
for (const failure of failures) say(`FAILED: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;

function readWords() {
  try {
    const options = { ...shared, ...Object.assign({}, ...all.map((suite) => suite.options)) } as typeof shared;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const named = values.compare === undefined ? positionals : ['compare'];
    const unknown = named.find((name) => !all.some((suite) => suite.name === name));
    if (unknown !== undefined) throw new Error(`there is no suite "${unknown}"; there are ${all.map(({ name }) => name).join(', ')}`);
    if (values.help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    const part = (suite: Suite) => suite.when === 'quick' || (suite.when === 'whole' && !values.quick);
    const chosen = all.filter((suite) => (named.length === 0 ? part(suite) : named.includes(suite.name)));
    const words = Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
    return { values, chosen, words, named: named.length > 0 };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

function textOf({ title }: Suite, { markdown }: SuiteReport, on: Machine, seconds: number): string {
  return `# ${title}\n\n${machineText(on)} Took ${seconds} s${values.quick ? ', with --quick' : ''}.\n\n${markdown.trim()}\n`;
}

function writeReport(suite: Suite, report: SuiteReport, seconds: number): void {
  mkdirSync(out, { recursive: true });
  const figures = { suite: suite.name, quick: values.quick, machine, seconds, figures: report.figures };
  writeFileSync(join(out, `${suite.name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(join(out, `${suite.name}.md`), textOf(suite, report, machine, seconds));
}
