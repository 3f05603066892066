/** Every command and snippet of the documentation: run, or parsed, or checked by a schema or the compiler; and every link leads somewhere. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { answerFileSchema, experimentSchema, loggedOutcomeSchema, parseYaml, scenarioSchema, taskFileSchema } from '@ratchet/harness';
import { catalogueSchema, simulationSchema } from '@ratchet/providers';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isBare } from '../../src/command-line/bare-words.ts';
import { faultOf } from '../parse-only.ts';
import { newFolder, newPlace, projectRoot } from '../ratchet.ts';
import { type Block, readPages } from './markdown.ts';
import { shellCommands } from './shell-commands.ts';
import { treatmentOf } from './treatment.ts';

const pages = readPages();
const blocks = pages.flatMap((page) => page.blocks);
const of = (...languages: readonly string[]): readonly Block[] => blocks.filter(({ language }) => languages.includes(language));
const { scripts, devEngines } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  devEngines: { packageManager: { version: string } };
};

/** The name of the run that RUN stands for. */
const run = 'docs';

/** The words of our own command line; undefined for another program's. */
function ratchetWords(words: readonly string[]): readonly string[] | undefined {
  if (words[0] === 'ratchet') return words.slice(1);
  if (words[0] === 'node' && words[1]?.endsWith('ratchet.mjs')) return words.slice(2);
  const script = scriptOf(words);
  if (script?.[0] === 'ratchet') return script.slice(1);
  return script?.[0] === 'experiment' ? script : undefined;
}

/** The words after `pnpm` and its flags. */
function scriptOf(words: readonly string[]): readonly string[] | undefined {
  const rest = words[0] === 'npx' ? words.slice(words.findIndex((word) => word.startsWith('pnpm@'))) : words;
  if (rest[0] !== 'pnpm' && !rest[0]?.startsWith('pnpm@')) return undefined;
  const flags = rest.slice(1).findIndex((word) => !word.startsWith('-'));
  return rest.slice(1 + Math.max(0, flags));
}

describe('commands of the documentation', () => {
  const commands = new Map<string, { readonly at: string; readonly words: readonly string[] }>();
  for (const { at, text } of of('sh'))
    for (const words of shellCommands(text)) if (!commands.has(words.join(' '))) commands.set(words.join(' '), { at, words });
  const ours = [...commands.values()].flatMap(({ at, words }) => {
    const own = ratchetWords(words);
    return own === undefined ? [] : [{ at, words: own }];
  });

  it('are there, and most of them are run', () => {
    expect(ours.length).toBeGreaterThan(40);
    expect(ours.filter(({ words }) => treatmentOf(words, run).kind === 'run').length).toBeGreaterThan(ours.length / 2);
  });

  it.each(ours.map((one) => ({ ...one, line: one.words.join(' ') })))('$at: ratchet $line', async ({ words }) => {
    if (!isBare(words)) expect(await faultOf(words)).toBeUndefined();
  });

  describe('run in a folder of a user', () => {
    const place = newPlace();
    const cwd = newFolder({ 'outcomes.jsonl': outcomes() });
    const env = { OPENAI_API_KEY: 'sk-not-a-key-and-never-sent', ANTHROPIC_API_KEY: '', GEMINI_API_KEY: '', WEAVE_PROJECT: '', DATABASE_URL: '' };
    const order = ['experiment', 'train', 'learn'];
    const rank = (words: readonly string[]): number => (order.includes(words[0] ?? '') ? order.indexOf(words[0] ?? '') : order.length);
    const runs = new Map(
      ours.flatMap(({ at, words }) => {
        const treatment = treatmentOf(words, run);
        return treatment.kind === 'run' ? [[treatment.words.join(' '), { at, ...treatment }] as const] : [];
      }),
    );

    beforeAll(() => {
      for (const { file, text } of blocks) {
        if (file === undefined || file.startsWith('packages/')) continue;
        mkdirSync(dirname(join(cwd, file)), { recursive: true });
        writeFileSync(join(cwd, file), text);
      }
      // The runs that are committed, without the logs that only the machine of their making has.
      for (const experiment of readdirSync(join(projectRoot, 'experiments')).map((name) => name.replace('.yaml', '')))
        cpSync(join(projectRoot, 'results', experiment, 'reference'), join(place.results, experiment, 'reference'), {
          recursive: true,
          filter: (name) => !name.endsWith('.jsonl'),
        });
    });

    it.each([...runs].map(([line, one]) => ({ ...one, line })).sort((a, b) => rank(a.words) - rank(b.words)))('$at: $line', async ({ words, codes }) => {
      const { code, stderr } = await place.call(words, { cwd, env });
      expect(codes, stderr).toContain(code);
    });
  });

  it('of other kinds name scripts that there are, this version of pnpm, and variables that are read', () => {
    const sources = execFileSync('git', ['grep', '-hoE', '[A-Z][A-Z0-9]+(_[A-Z0-9]+)+', '--', 'packages/*/src/*', 'packages/*/catalogue.yaml'], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    const variables = new Set(sources.split('\n'));
    for (const { at, words } of commands.values()) {
      const version = words.find((word) => word.startsWith('pnpm@'))?.slice('pnpm@'.length);
      if (version !== undefined) expect(version, at).toBe(devEngines.packageManager.version);
      const script = scriptOf(words)?.[0];
      if (script !== undefined && script !== 'install') expect(Object.keys(scripts), at).toContain(script);
      const variable = words[0] === 'export' ? words[1]?.split('=')[0] : undefined;
      if (variable !== undefined && variable !== 'PATH') expect(variables.has(variable), `${at}: nothing reads ${variable}`).toBe(true);
    }
  });

  it('are shell that bash can read', () => {
    for (const { at, text } of of('sh', 'bash'))
      expect(() => execFileSync('bash', ['-n'], { input: text, stdio: ['pipe', 'ignore', 'pipe'] }), at).not.toThrow();
  });

  it('within lines are taken too', async () => {
    const spans = new Set(pages.flatMap((page) => page.spans).filter((span) => /^pnpm (--silent )?(ratchet|experiment) \S/.test(span)));
    expect(spans.size).toBeGreaterThan(5);
    for (const span of spans) expect(await faultOf(ratchetWords(shellCommands(span)[0] ?? []) ?? []), span).toBeUndefined();
  });
});

describe('snippets of the documentation', () => {
  const schemas: readonly z.ZodObject[] = [
    scenarioSchema(simulationSchema),
    experimentSchema,
    taskFileSchema,
    answerFileSchema,
    catalogueSchema,
  ] as unknown as readonly z.ZodObject[];
  /** Of others' formats. */
  const foreign = ['apiVersion', 'services', 'on', 'jobs', 'mcpServers'];

  it.each(of('yaml'))('YAML fits a schema ($at)', ({ at, text }) => {
    const data = parseYaml(text, at, z.unknown());
    // The example of CONTRIBUTING.md: an arm of a strategy that is yet to be added.
    if (Array.isArray(data)) return expect(data).toEqual([expect.objectContaining({ strategy: 'refine' })]);
    const keys = Object.keys(data as object);
    if (keys.some((key) => foreign.includes(key))) return;
    const schema = schemas.find(({ shape }) => keys.every((key) => key in shape));
    expect(schema, `${at}: no schema has ${keys.join(', ')}`).toBeDefined();
    for (const [key, value] of Object.entries(data as object)) expect(schema?.shape[key]?.safeParse(value), `${at}: ${key}`).toMatchObject({ success: true });
  });

  it.each(of('json'))('JSON can be read ($at)', ({ text }) => {
    const data = JSON.parse(text);
    if ('arm' in data) expect(loggedOutcomeSchema.safeParse(data)).toMatchObject({ success: true });
  });

  it.each(of('ts', 'js'))('TypeScript and JavaScript have no fault of syntax ($at)', ({ text }) => {
    expect(() => stripTypeScriptTypes(text)).not.toThrow();
  });

  it('those of the guide and of pages about use compile as they stand', () => {
    // The parts of files in CONTRIBUTING.md are to be put into files of the project: they do not stand alone.
    const whole = of('ts').filter(({ at }) => !at.startsWith('CONTRIBUTING.md'));
    expect(whole.length).toBeGreaterThan(0);
    const folder = newFolder({
      'package.json': '{ "type": "module" }',
      'tsconfig.json': JSON.stringify({
        extends: join(projectRoot, 'packages/cli/tsconfig.json'),
        compilerOptions: { noEmit: true, rootDir: '/', typeRoots: [join(projectRoot, 'node_modules/@types')], types: ['node'] },
        include: ['*.ts'],
      }),
      ...Object.fromEntries(whole.map(({ at, text }) => [`${at.replaceAll(/\W/g, '-')}.ts`, `${text}\nexport {};\n`])),
    });
    symlinkSync(join(projectRoot, 'packages/cli/node_modules'), join(folder, 'node_modules'));
    expect(() => execFileSync(join(projectRoot, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8', stdio: 'pipe' })).not.toThrow();
  });

  it('are of languages that are checked', () => {
    expect(
      [...new Set(blocks.map(({ language }) => language))].filter(
        (language) => !['', 'sh', 'ts', 'js', 'yaml', 'json', 'mermaid', 'text', 'sql'].includes(language),
      ),
    ).toEqual([]);
  });
});

it.each(pages)('links of $name lead to files that there are', ({ name, links }) => {
  for (const link of links) expect(existsSync(join(projectRoot, dirname(name), link)), `${name}: ${link}`).toBe(true);
});

/** A log of two arms, the dear one always right. */
function outcomes(): string {
  return Array.from({ length: 60 }, (_, index) => {
    const dear = index % 2 === 0;
    return `${JSON.stringify({ id: `call-${index}`, request: `Add ${index} and ${index % 7}.`, arm: `direct/${dear ? 'gpt-4o' : 'gpt-4o-mini'}`, propensity: 0.5, quality: dear || index % 3 === 0 ? 1 : 0, costUsd: dear ? 0.01 : 0.001, latencyMs: 900 })}\n`;
  }).join('');
}
