import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainWrongWords } from '../src/wrong-words.ts';
import { filesOf, newFolder, newPlace, tinyExperiment, tinyScenario } from './ratchet.ts';

describe('explainWrongWords', () => {
  const help = 'Options:\n  --seeds  How many\n  --budget-usd  Most\n  --quiet';

  it('names the flag that was probably meant', () => {
    expect(explainWrongWords('Unknown argument: sedes', { words: ['--sedes', '3'], help })).toBe('there is no --sedes here. Did you mean "--seeds"?');
  });

  it('names a flag of two words once, also when its value is joined to it', () => {
    expect(explainWrongWords('Unknown arguments: budget-usdd, budgetUsdd', { words: ['--budget-usdd=3'], help })).toBe(
      'there is no --budget-usdd here. Did you mean "--budget-usd"?',
    );
  });

  it('suggests nothing where nothing is near, nor for words that are no flags', () => {
    expect(explainWrongWords('Unknown arguments: zzzzzzzz, b', { words: ['--zzzzzzzz', 'b'], help })).toBe('there is no --zzzzzzzz here. there is no b here.');
  });

  it('leaves every other message as it is', () => {
    expect(explainWrongWords('--seeds takes a whole number from 1 on', { words: [], help })).toBe('--seeds takes a whole number from 1 on');
  });
});

/** All of these are mistakes that are found before anything is run: exit code 2, nothing on stdout, nothing written. */
describe('a command line that is wrong', () => {
  const small = tinyExperiment();
  const changedScenario = (yaml: string) =>
    newFolder({
      'scenario.yaml': yaml,
      'tasks/tasks.yaml': `tasks:\n${['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id) => `  - { id: ${id}, request: Say ${id}, expected: ${id} }\n`).join('')}`,
    });
  const scenario = `name: mine\ntitle: Mine\ndescription: Mine\nscorer: { kind: exact }\nsimulation:\n  models:\n    - { id: small, pricedAs: gpt-4-0613, skill: { x: 1 }, firstTokenMs: 1, tokensPerSecond: 10, source: x }\n  world: { source: x }\nbaseline: random\nutility: { cost: 0, latency: 0 }\narms:\n  - { strategy: direct, model: small }\n`;

  it.concurrent.each<[string, readonly string[], readonly string[]]>([
    ['an unknown flag', ['experiment', small, '--sedes', '3'], ['there is no --sedes here. Did you mean "--seeds"?', 'See --help.']],
    ['an unknown command', ['experimnt', 'code-gen'], ['there is no command "experimnt". Did you mean experiment?']],
    ['a command that is like no other', ['frobnicate'], ['there is no command "frobnicate": `pnpm ratchet` alone shows what there is.']],
    ['a word that is missing', ['experiment'], ['something is missing: ratchet experiment <name> (One that `experiment list` names']],
    ['a word that is missing below', ['keys', 'revoke'], ['something is missing: ratchet keys revoke <id> (As `keys list` shows it)']],
    ['a flag that is missing', ['learn'], ['--log is missing: A file of one JSON object a line.']],
    ['a scenario that there is not', ['train', 'code-gne'], ['there is no scenario "code-gne". Did you mean "code-gen"? Known: code-gen,']],
    ['a number that is none', ['experiment', small, '--seeds', 'many'], ['--seeds takes a whole number from 1 on']],
    ['a negative budget', ['experiment', small, '--budget-usd', '-1'], ['--budget-usd takes an amount from 0 on']],
    ['a provider that there is not', ['experiment', small, '--provider', 'simualted'], ['Choices: "simulated", "recorded"']],
    ['a provider that the scenario has nothing for', ['experiment', small, '--provider', 'recorded'], ['the scenario tiny runs with --provider simulated']],
    ['an unknown experiment', ['experiment', 'code-gne'], ['code-gne.yaml: there is no experiment "code-gne". Did you mean "code-gen"?']],
    ['an unknown policy', ['experiment', small, '--policies', 'heuristic,lerned'], ['there is no policy "lerned". Did you mean "learned"?']],
    ['too few tasks for a split', ['experiment', small, '--limit', '2'], ['split has no tasks: 2 tasks in', 'raise --limit']],
    [
      'bad YAML',
      ['experiment', join(newFolder({ 'bad.yaml': 'name: bad\npolicies: [random\nscenario: x\n' }), 'bad.yaml')],
      ['bad.yaml:3:1: not valid YAML: '],
    ],
    [
      'a scenario that is not there',
      ['experiment', small, '--scenario', '/no/such/folder'],
      ['/no/such/folder/scenario.yaml: there is no such file. Give the folder of a scenario'],
    ],
    [
      'a wrong key of a scenario',
      ['experiment', 'mine', '--scenario', changedScenario(scenario.replace('title', 'titel'))],
      ['scenario.yaml:2:1: unknown key "titel". Did you mean "title"?'],
    ],
    [
      'an arm whose model there is not',
      ['experiment', 'mine', '--policies', 'random', '--scenario', changedScenario(scenario.replace('model: small', 'model: { each: [small, smal] }'))],
      ['scenario.yaml:12:32: there is no simulated model "smal". Did you mean "small"? There are: small'],
    ],
    [
      'a model twice',
      [
        'experiment',
        'mine',
        '--policies',
        'random',
        '--scenario',
        changedScenario(
          scenario.replace('  world', '    - { id: small, pricedAs: gpt-4-0613, skill: { x: 1 }, firstTokenMs: 1, tokensPerSecond: 10, source: x }\n  world'),
        ),
      ],
      ['scenario.yaml:8:13: a second model "small"'],
    ],
    [
      'a price that nobody knows',
      ['experiment', 'mine', '--policies', 'random', '--scenario', changedScenario(scenario.replace('gpt-4-0613', 'gpt-9'))],
      ['no price for the model "gpt-9". Give one in the scenario\'s `prices`'],
    ],
    [
      'a scenario without models',
      ['experiment', 'mine', '--policies', 'random', '--scenario', changedScenario(scenario.replace(/simulation:[\s\S]*?baseline/, 'baseline'))],
      ['has no `simulation`'],
    ],
    [
      'a policy that the scenario has no heuristic for',
      ['experiment', 'mine', '--policies', 'original', '--scenario', changedScenario(scenario)],
      ['the policy "original" needs the arms of the heuristic: give `heuristic` in', 'or leave the policy out'],
    ],
    ['recorded data that nobody gave', ['experiment', 'routing'], ['give its folder with --data DIR']],
    ['a run that there is not', ['experiment', 'gate', 'nothing'], ['nothing: there is no such run. Nothing has been run yet']],
    ['a generation that cannot be', ['execute', 'Hello', '--generation', '-2'], ['--generation takes a whole number from -1 on']],
  ])('says so, with exit code 2, and does nothing: %s', async (_what, words, expected) => {
    const place = newPlace();
    const { code, stdout, stderr } = await place.call(words);
    for (const piece of expected) expect(stderr).toContain(piece);
    expect(stderr).not.toMatch(/^\s+at .*\.ts:\d+/m);
    expect([code, stdout]).toEqual([2, '']);
    expect([existsSync(place.results), existsSync(place.home)]).toEqual([false, false]);
  });

  it('says which folder cannot be made, and who looks further, without a stack', async () => {
    const results = join(newFolder({ file: '' }), 'file', 'results');
    const { code, stderr } = await newPlace().call(['experiment', small, '--policies', 'random', '--generations', '0', '--quiet'], {
      env: { RATCHET_RESULTS: results },
    });
    expect(stderr).toMatch(/^error: .*results.* cannot be made: what it should be in is a file \(ENOTDIR\)\. `pnpm ratchet doctor` .*\n$/);
    expect(code).toBe(3);
  });

  it('leaves a finished run of that name as it is, unless it is told --fresh', async () => {
    const place = newPlace();
    const words = ['experiment', small, '--policies', 'random', '--generations', '0', '--run', 'mine', '--quiet'];
    expect((await place.call(words)).code).toBe(0);
    const directory = join(place.results, 'tiny', 'mine');
    const before = filesOf(directory);
    const refused = await place.run([...words, '--seeds', '2']);
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('the folder holds another run') });
    expect(refused.stderr).toContain('Use --fresh to replace it, or another --run');
    expect(filesOf(directory)).toEqual(before);
    expect((await place.call([...words, '--seeds', '2', '--fresh'])).code).toBe(0);
    expect(filesOf(directory)['trials.jsonl']).toContain('random/s2/');
  });

  it('says that a scenario needs its scorer module, before anything is written', async () => {
    const place = newPlace();
    const at = changedScenario(scenario.replace('{ kind: exact }', '{ kind: module, path: scorer.mjs }'));
    const { code, stdout, stderr } = await place.call(['experiment', 'mine', '--policies', 'random', '--scenario', at]);
    expect(stderr).toContain(`scenario.yaml:4:31: there is no scorer module ${join(at, 'scorer.mjs')}`);
    expect([code, stdout, existsSync(place.results)]).toEqual([2, '', false]);
  });
});

describe('a scenario elsewhere on disk', () => {
  it('runs the same from anywhere, named in any way', async () => {
    const cwd = newFolder();
    const words = ['--policies', 'heuristic,random', '--generations', '0', '--seeds', '1', '--filter', 'sum', '--quiet', '--json', '--run', 'r'];
    const logs = await Promise.all(
      (
        [
          [tinyScenario, '/'],
          [join('..', 'tiny'), join(tinyScenario, '..', 'tiny')],
          [join(tinyScenario, 'scenario.yaml'), cwd],
        ] as const
      ).map(async ([path, from]) => {
        const place = newPlace();
        expect((await place.call(['experiment', 'anything', '--scenario', path, ...words], { cwd: from })).code).toBe(0);
        const { 'trials.jsonl': trials, 'profiles.jsonl': profiles } = filesOf(join(place.results, 'anything', 'r'));
        return { trials, profiles };
      }),
    );
    expect(logs[0]?.trials).toContain('"task":"sum-seats"');
    for (const log of logs) expect(log).toEqual(logs[0]);
  });
});
