import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { armId } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../../src/scenario/config-error.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import { writeAnswers, writeTable } from '../data/outcome-files.ts';
import { replaced, scenarioFolder } from './scenario-folder.ts';

const scenarioFile = 'scenario.yaml';
const tasksFile = 'tasks/tasks.yaml';
const answersFile = 'answers/answers.yaml';

const load = (directory: string, dataDirectory?: string) =>
  loadScenario({ path: directory, simulation: z.unknown(), ...(dataDirectory === undefined ? {} : { dataDirectory }) });

/** The message of the error that loading throws, with paths from the scenario's folder. */
function faultOf(directory: string, dataDirectory?: string): string {
  try {
    load(directory, dataDirectory);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.replaceAll(`${directory}/`, '').replaceAll(directory, '.');
  }
  throw new Error('the scenario was loaded');
}

const faultIn = (changed: Readonly<Record<string, string | null>>): string => faultOf(scenarioFolder(changed));

describe('a scenario that fits', () => {
  it('is loaded with its tasks, parts, materials and arms', () => {
    const scenario = load(scenarioFolder());
    expect(scenario.tasks).toMatchObject([
      { id: 'first', family: 'numbers', text: 'Please say one, as A note. has it.', asks: [{ partId: 'kit/one', words: 'say one' }] },
      { id: 'second', family: 'numbers', text: 'Say two.', asks: [{ partId: 'kit/two', words: 'Say two.' }] },
    ]);
    expect([...scenario.parts.keys()]).toEqual(['kit/one', 'kit/two']);
    expect(scenario.materials).toEqual({ 'kit/note': 'A note.\n' });
    expect(scenario.arms.map(armId)).toEqual(['direct/mini', 'direct/maxi', 'batch/mini']);
  });

  it('may be named by its folder, by its file, and by a path from where one stands', () => {
    const directory = scenarioFolder();
    const byFolder = load(directory);
    for (const path of [join(directory, scenarioFile), relative(process.cwd(), directory), relative(process.cwd(), join(directory, scenarioFile))])
      expect(load(path)).toEqual(byFolder);
  });

  it('is the same wherever its folder stands, and another when a file changes', () => {
    const [directory, moved] = [scenarioFolder(), join(mkdtempSync(join(tmpdir(), 'ratchet-moved-')), 'elsewhere')];
    const before = load(directory);
    cpSync(directory, moved, { recursive: true });
    const after = load(moved);
    rmSync(join(moved, '..'), { recursive: true });
    expect({ ...after, directory: '', path: '' }).toEqual({ ...before, directory: '', path: '' });
    expect(load(scenarioFolder(replaced(answersFile, 'text: two due', 'text: due two'))).hash).not.toBe(before.hash);
  });

  it('gets every default where its file says nothing', () => {
    const { file } = load(scenarioFolder());
    expect(file.objective).toEqual({ kind: 'constrained', floor: { kind: 'baseline', margin: 0.02 }, qualityValue: 0, caution: 0 });
    expect(file).toMatchObject({ source: { kind: 'tasks' }, baseline: 'heuristic', utility: { cost: 0.3, latency: 0.1, belowFloor: 1, margin: 0.02 } });
  });

  it('groups tasks that share a part, a material or their words', () => {
    const tasks = `materials: { kit/note: A note. }
tasks:
  - { id: e, request: "{{kit/two|two}}" }
  - { id: d, request: "{{kit/one|one}} {{kit/two|two}}" }
  - { id: c, request: "{{material kit/note}}, {{kit/one|one}}" }
  - { id: b, request: Alone }
  - { id: a, request: Alone }
  - { id: f, request: Also alone }
`;
    expect(load(scenarioFolder({ [tasksFile]: tasks })).tasks.map(({ id, group }) => `${id}: ${group}`)).toEqual([
      'e: c',
      'd: c',
      'c: c',
      'b: a',
      'a: a',
      'f: f',
    ]);
  });

  it('has the arms of its heuristic among its arms, each arm once', () => {
    const heuristic = `heuristic:
  direct: { strategy: direct, model: mini }
  batch: { strategy: batch, model: other }
  orchestrate: { strategy: orchestrate, model: mini }
  collaborate: { strategy: collaborate, models: [mini] }
`;
    const { arms } = load(scenarioFolder(replaced(scenarioFile, 'utility:', `${heuristic}utility:`)));
    expect(arms.map(armId)).toEqual(['direct/mini', 'direct/maxi', 'batch/mini', 'batch/other', 'orchestrate/mini', 'collaborate/mini']);
  });
});

describe('a fault in scenario.yaml', () => {
  it.each([
    [
      'an unknown key',
      replaced(scenarioFile, 'title: A small', 'titel: A small'),
      ['scenario.yaml:2:1: unknown key "titel". Did you mean "title"?', 'Known keys: name, title,'],
    ],
    [
      'an unknown key inside',
      replaced(scenarioFile, '{ kind: parts }', '{ kind: parts, preludes: x.js }'),
      ['scenario.yaml:4:24: unknown key "preludes" (at scorer). Did you mean "prelude"? Known keys: kind, prelude'],
    ],
    ['no scorer', replaced(scenarioFile, 'scorer: { kind: parts }\n', ''), ['scenario.yaml:1:1: the key "scorer" is missing']],
    [
      'a scorer of no kind',
      replaced(scenarioFile, 'kind: parts', 'kind: part'),
      ["scenario.yaml:4:17: Invalid discriminator value. Expected 'exact' |", '(at scorer.kind)'],
    ],
    [
      'a name with spaces',
      replaced(scenarioFile, 'name: small', 'name: Small One'),
      ['scenario.yaml:1:7: a name has lower-case letters, digits and dashes (at name)'],
    ],
    [
      'a value of another type',
      replaced(scenarioFile, 'cost: 0.3', 'cost: cheap'),
      ['scenario.yaml:8:18: Invalid input: expected number, received string (at utility.cost)'],
    ],
    ['a negative price', replaced(scenarioFile, 'cost: 0.3', 'cost: -1'), ['scenario.yaml:8:18: Too small: expected number to be >=0 (at utility.cost)']],
    [
      'a parameter out of its range in a grid',
      replaced(scenarioFile, 'model: mini }', 'model: mini, temperature: { each: [0.1, 3] } }'),
      ['scenario.yaml:7:50: Too big: expected number to be <=2 (at arms.1.temperature)'],
    ],
    [
      'a parameter of another strategy',
      replaced(scenarioFile, 'model: mini }', 'model: mini, maxDepth: 2 }'),
      ['scenario.yaml:7:47: the strategy batch has no "maxDepth"; it has: model, temperature, maxConcurrency, chunkSize'],
    ],
    [
      'a misspelt parameter',
      replaced(scenarioFile, 'model: mini }', 'model: mini, chunksize: 2 }'),
      ['scenario.yaml:7:37: unknown key "chunksize" (at arms.1). Did you mean "chunkSize"?'],
    ],
    [
      'an arm without a model',
      replaced(scenarioFile, '- { strategy: batch, model: mini }', '- { strategy: batch }'),
      ['scenario.yaml:7:5: the key "model" is missing (at arms.1)'],
    ],
    ['a grid without values', replaced(scenarioFile, '[mini, maxi]', '[]'), ['scenario.yaml:6:', '(at arms.0.model']],
    ['a mistake in the YAML', replaced(scenarioFile, '{ kind: parts }', '{ kind: parts'), ['scenario.yaml:5:1: not valid YAML: ']],
    ['a key twice', replaced(scenarioFile, 'title:', 'name:'), ['scenario.yaml:2:1: not valid YAML: Map keys must be unique']],
    [
      'a star without quotation marks',
      replaced(scenarioFile, 'utility:', 'baseline: *:mini\nutility:'),
      ['scenario.yaml:8:11: not valid YAML: Unresolved alias', 'A text that begins with * stands in quotation marks'],
    ],
  ])('is named with its line and column: %s', (_what, changed, expected) => {
    const message = faultIn(changed);
    for (const piece of expected) expect(message).toContain(piece);
  });

  it('does not hide the other ones', () => {
    const changed = replaced(scenarioFile, 'title: A small scenario\ndescription: Two questions\n', 'titel: A small scenario\ndescriptoin: Two questions\n');
    expect(
      faultIn(changed)
        .split('\n')
        .map((line) => line.split(':').slice(1, 3).join(':')),
    ).toEqual(['1:1', '1:1', '2:1', '3:1']);
  });

  it('is found where there are no arms', () => {
    expect(faultIn(replaced(scenarioFile, '  - { strategy: direct, model: { each: [mini, maxi] } }\n  - { strategy: batch, model: mini }\n', '  []\n'))).toBe(
      'scenario.yaml: the scenario has no arms: list them under `arms`',
    );
  });
});

describe('a fault in tasks and answers', () => {
  const secondTask = '  - id: second\n    request: "{{kit/two|Say two.}}"\n';
  it.each([
    ['a task id twice', replaced(tasksFile, 'id: second', 'id: first'), 'tasks/tasks.yaml:7:9: duplicate task id "first"'],
    ['a task id twice, in two files', { 'tasks/more.yaml': `tasks:\n${secondTask}` }, 'tasks/tasks.yaml:7:9: duplicate task id "second"'],
    [
      'a part id twice',
      {
        'answers/more.yaml':
          'language: markdown\nparts:\n  - { id: kit/one, family: x, difficulty: 0, check: { kind: exact, value: a }, answers: [{ grade: right, text: a }, { grade: partial, text: b }, { grade: wrong, text: c }] }\n',
      },
      'answers/more.yaml:3:11: duplicate part "kit/one"',
    ],
    [
      'a material twice',
      { 'tasks/ztasks.yaml': 'materials:\n  kit/note: Again\ntasks:\n  - { id: third, request: Hello }\n' },
      'tasks/ztasks.yaml:2:13: duplicate material "kit/note"',
    ],
    [
      'a part that the bank lacks',
      replaced(tasksFile, 'kit/two|', 'kit/tow|'),
      'tasks/tasks.yaml:8:14: task "second" asks for the part "kit/tow", which the answer bank lacks. Did you mean "kit/two"?',
    ],
    [
      'a mark that is not closed',
      replaced(tasksFile, 'say one}}', 'say one}'),
      'tasks/tasks.yaml:6:14: task "first": a mark is malformed: {{kit/part|words}} or {{material id}}',
    ],
    ['a mark within a mark', replaced(tasksFile, '|say one}}', '|{{material kit/note}}}}'), 'tasks/tasks.yaml:6:14: task "first": a mark is malformed'],
    [
      'a request without quotation marks',
      replaced(tasksFile, '"{{kit/two|Say two.}}"', '{{kit/two|Say two.}}'),
      'tasks/tasks.yaml:8:14: Invalid input: expected string, received object (at tasks.1.request)',
    ],
    [
      'an unknown material',
      replaced(tasksFile, 'material kit/note', 'material kit/noet'),
      'tasks/tasks.yaml:6:14: task "first": there is no material "kit/noet". Did you mean "kit/note"?',
    ],
    ['a material that only JavaScript objects have', replaced(tasksFile, 'material kit/note', 'material constructor'), 'there is no material "constructor"'],
    [
      'a part that is needed and missing',
      replaced(answersFile, 'id: kit/one\n', 'id: kit/one\n    needs: [kit/too]\n'),
      'answers/answers.yaml:4:12: the part "kit/one" needs "kit/too", which no answer file has. Did you mean "kit/two"?',
    ],
    [
      'a part that needs itself',
      replaced(answersFile, 'id: kit/one\n', 'id: kit/one\n    needs: [kit/one]\n'),
      'answers/answers.yaml:4:12: the part "kit/one" needs itself',
    ],
    [
      'a part that reads an unknown material',
      replaced(answersFile, 'id: kit/one\n', 'id: kit/one\n    reads: [kit/not]\n'),
      'answers/answers.yaml:4:12: the part "kit/one" reads the material "kit/not", which no task file has. Did you mean "kit/note"?',
    ],
    [
      'a part without a wrong answer',
      replaced(answersFile, '      - { grade: wrong, text: none }\n  - id: kit/two', '  - id: kit/two'),
      'answers/answers.yaml:8:7: the part "kit/one" has no wrong answer',
    ],
    [
      'an unknown key of a check',
      replaced(answersFile, 'values: [two, due]', 'value: two'),
      'answers/answers.yaml:14:30: unknown key "value" (at parts.1.check). Did you mean "values"?',
    ],
    ['an empty list of tasks', { [tasksFile]: 'tasks: []\n' }, 'tasks/tasks.yaml:1:8: Too small: expected array to have >=1 items (at tasks)'],
    ['an empty file of tasks', { [tasksFile]: '' }, 'tasks/tasks.yaml:1:1: the key "tasks" is missing'],
    ['an empty file of answers', { [answersFile]: '' }, 'answers/answers.yaml:1:1: the key "parts" is missing'],
    ['no file of tasks', { [tasksFile]: null }, 'tasks: there are no task files (*.yaml) here'],
    [
      'no answers for the scorer `parts`',
      { [answersFile]: null, [tasksFile]: 'tasks:\n  - { id: one, request: Say one }\n' },
      'answers: the scorer `parts` needs answer files with parts',
    ],
  ])('is named with its place: %s', (_what, changed, expected) => {
    expect(faultIn(changed)).toContain(expected);
  });

  it('is a cycle of needs, however long', () => {
    const changed = replaced(answersFile, 'id: kit/one\n', 'id: kit/one\n    needs: [kit/two]\n')[answersFile] ?? '';
    const message = faultIn({ [answersFile]: changed.replace('id: kit/two\n', 'id: kit/two\n    needs: [kit/one]\n') });
    expect(message).toContain('answers/answers.yaml:4:12: the part "kit/one" needs itself, by way of others');
    expect(message).toContain('answers/answers.yaml:13:12: the part "kit/two" needs itself, by way of others');
  });

  it('is reported with all others of its folder', () => {
    const changed = { ...replaced(tasksFile, 'kit/two|', 'kit/three|'), ...replaced(answersFile, 'id: kit/one\n', 'id: kit/one\n    needs: [kit/four]\n') };
    expect(faultIn(changed).split('\n')).toHaveLength(2);
  });
});

describe('a scenario that is not there', () => {
  it('is an error that says what a scenario is', () => {
    const [missing, empty] = [join(scenarioFolder(), 'nowhere'), scenarioFolder({ [scenarioFile]: null })];
    expect(faultOf(missing)).toBe('scenario.yaml: there is no such file. Give the folder of a scenario, which has a scenario.yaml, or that file');
    expect(faultOf(empty)).toContain('scenario.yaml: there is no such file.');
  });

  it('is an error when a folder stands in the place of its file', () => {
    const directory = scenarioFolder({ [scenarioFile]: null, 'elsewhere/scenario.yaml': 'x' });
    renameSync(join(directory, 'elsewhere'), join(directory, scenarioFile));
    expect(faultOf(directory)).toContain('scenario.yaml');
  });
});

describe('a scenario on recorded data', () => {
  const scenario = {
    [scenarioFile]:
      'name: table\ntitle: A table\ndescription: Recorded\nsource: { kind: outcome-table }\nscorer: { kind: recorded }\nbaseline: best-quality\nutility: { cost: 0, latency: 0 }\n',
  };

  it('takes its tasks and arms from the data', () => {
    const loaded = load(scenarioFolder(scenario), writeTable());
    expect(loaded.arms.map(armId)).toEqual(['direct/a', 'direct/b']);
    expect(loaded.tasks.map(({ id, family, group }) => ({ id, family, group }))).toEqual([
      { id: 'q1', family: 'sums', group: 'q1' },
      { id: 'q2', family: 'all', group: 'q2' },
    ]);
  });

  it('takes arms of two of its models beside them, and no others', () => {
    const withArm = (arm: string, data = writeTable()) =>
      load(scenarioFolder({ [scenarioFile]: `${scenario[scenarioFile]}arms:\n  - ${arm}\n` }), data).arms.map(armId);
    expect(withArm('{ strategy: direct, model: a, fallbackModel: b, draftTokens: { each: [9, 20] } }')).toEqual([
      'direct/a',
      'direct/b',
      'direct/a+b?draftTokens=9',
      'direct/a+b?draftTokens=20',
    ]);
    expect(() => withArm('{ strategy: direct, model: a, fallbackModel: c, draftTokens: 9 }')).toThrow('the data has no model "c"; it has a, b');
    expect(() => withArm('{ strategy: batch, model: a }')).toThrow('batch/a: beside its models');
    const silent = writeTable({
      'outcomes.csv': 'query_id,model,quality,cost_usd,input_tokens,output_tokens,latency_s\nq1,a,1,1,1,,1\nq1,b,1,1,1,9,1\nq2,a,1,1,1,,1\nq2,b,1,1,1,9,1\n',
    });
    expect(() => withArm('{ strategy: direct, model: a, fallbackModel: b, draftTokens: 9 }', silent)).toThrow('the column output_tokens');
    expect(withArm('{ strategy: direct, model: b, fallbackModel: a, draftTokens: 9 }', silent)).toHaveLength(3);
  });

  it('gives its tasks the tools that the data says they offer', () => {
    const offers = '{"query_id":"q1","prompt":"x","functions":["add"],"n_functions":1,"n_params":2,"function_schema_chars":90}';
    const [first, second] = load(scenarioFolder(scenario), writeTable({ 'queries.jsonl': `${offers}\n{"query_id":"q2","prompt":"y"}\n` })).tasks;
    expect(first?.tools).toEqual({ names: ['add'], parameters: 2, schemaCharacters: 90 });
    expect(second).not.toHaveProperty('tools');
  });

  describe('with held-out data of its own', () => {
    const other = (prompt: string) => writeTable({ 'queries.jsonl': `{"query_id":"q1","prompt":"${prompt}"}\n{"query_id":"q2","prompt":"two and two"}\n` });
    const loadBoth = (directory: string, dataDirectory: string, heldoutDirectory: string) =>
      loadScenario({ path: directory, simulation: z.unknown(), dataDirectory, heldoutDirectory });

    it('has the tasks of both, says which are held out, and which were left out', () => {
      const loaded = loadBoth(scenarioFolder(scenario), writeTable(), other('one and one'));
      expect(loaded.tasks.map(({ id, text, purpose }) => ({ id, text, purpose }))).toEqual([
        { id: 'q2', text: '', purpose: 'learning' },
        { id: 'q1', text: 'one and one', purpose: 'heldout' },
        { id: 'heldout/q2', text: 'two and two', purpose: 'heldout' },
      ]);
      expect(loaded.heldoutData).toEqual({ leftOut: ['q1'] });
      expect(loaded.arms.map(armId)).toEqual(['direct/a', 'direct/b']);
      expect(load(scenarioFolder(scenario), writeTable())).not.toHaveProperty('heldoutData');
    });

    it('has a hash of its own, which depends on what is in both folders and not on where they are', () => {
      const directory = scenarioFolder(scenario);
      const hash = () => loadBoth(directory, writeTable(), other('three')).hash;
      expect(hash()).toBe(hash());
      const others = [
        load(directory, writeTable()).hash,
        load(directory, other('three')).hash,
        loadBoth(directory, other('three'), writeTable()).hash,
        loadBoth(directory, writeTable(), other('four')).hash,
      ];
      expect(new Set([hash(), ...others]).size).toBe(5);
    });

    it('may be recorded answers', () => {
      const answers = { [scenarioFile]: (scenario[scenarioFile] as string).replace('outcome-table', 'recorded-answers').replace('recorded }', 'python }') };
      const task = '{"task_id":"t1","prompt":"def h():","entry_point":"h","test":"def check(h): pass"}\n';
      const heldout = writeAnswers({
        'tasks.jsonl': task,
        'answers.jsonl': '{"task_id":"t1","model":"m","strategy":"debate","text":"return 3"}\n{"task_id":"t1","model":"m","strategy":"direct","text":""}\n',
      });
      const { tasks, recording } = loadBoth(scenarioFolder(answers), writeAnswers(), heldout);
      expect(tasks.map(({ id }) => id)).toEqual(['t1', 't2', 'heldout/t1']);
      expect(recording?.kind === 'recorded-answers' && ['t1', 'heldout/t1'].map((id) => recording.answers.text(id, 'm:debate'))).toEqual(['', 'return 3']);
    });

    it('needs recorded data', () => {
      expect(() => loadBoth(scenarioFolder(), writeTable(), writeTable())).toThrow(
        'held-out data (--heldout-data DIR) is for scenarios that run on recorded data',
      );
      expect(() => loadScenario({ path: scenarioFolder(scenario), simulation: z.unknown(), heldoutDirectory: writeTable() })).toThrow(
        'give its folder with --data DIR',
      );
      expect(() => loadBoth(scenarioFolder(scenario), writeTable(), '/no/such/folder')).toThrow('/no/such/folder: there is no such folder');
    });
  });

  it('says which folder it needs when none is given, and when there is no such folder', () => {
    const directory = scenarioFolder(scenario);
    expect(faultOf(directory)).toBe(
      'scenario.yaml: this scenario runs on data of yours: give its folder with --data DIR (layout: queries.jsonl, outcomes.csv, models.csv)',
    );
    expect(faultOf(directory, '/no/such/folder')).toBe('/no/such/folder: there is no such folder');
  });
});
