import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listExperiments, loadExperiment } from '../../src/experiment/load-experiment.ts';
import { ConfigError } from '../../src/scenario/config-error.ts';
import { writeFolder } from '../scenario/scenario-folder.ts';

const right = 'name: one\nscenario: small\npolicies: [heuristic, "fixed:*"]\n';

function folders(files: Readonly<Record<string, string>> = {}) {
  const root = writeFolder({ 'experiments/one.yaml': right, 'experiments/notes.txt': '', ...files });
  return { root, experiments: join(root, 'experiments'), scenarios: join(root, 'scenarios') };
}

function faultOf(content: string): string {
  const at = folders({ 'experiments/bad.yaml': content });
  try {
    loadExperiment('bad', at);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.replaceAll(`${at.root}/`, '');
  }
  throw new Error('the experiment was loaded');
}

describe('loadExperiment', () => {
  it('finds a shipped experiment by name, and its scenario beside it', () => {
    const at = folders();
    const { experiment, scenarioPath } = loadExperiment('one', at);
    expect(scenarioPath).toBe(join(at.scenarios, 'small'));
    expect(experiment).toEqual({
      name: 'one',
      scenario: 'small',
      policies: ['heuristic', 'fixed:*'],
      generations: 10,
      seeds: 5,
      split: { train: 0.5, validation: 0.2, heldout: 0.3 },
      tasksPerGeneration: 1,
      trainRepeats: 1,
      judgeEvery: 1,
      validationRepeats: 2,
      heldoutRepeats: 3,
      profileRepeats: 8,
      promotion: { alpha: 0.05, margin: 0.02 },
      gate: [{ kind: 'errors', most: 0 }],
    });
  });

  it('finds an experiment anywhere by its path, and a scenario from where it stands', () => {
    const at = folders({
      'mine/two.yaml': 'name: two\nscenario: ../worlds/w\npolicies: [random]\n',
      'mine/three.yml': 'name: three\nscenario: /abs/w\npolicies: [random]\n',
    });
    expect(loadExperiment(join(at.root, 'mine/two.yaml'), at).scenarioPath).toBe(join(at.root, 'worlds/w'));
    expect(loadExperiment(join(at.root, 'mine/three.yml'), at).scenarioPath).toBe('/abs/w');
  });

  it('takes another scenario when one is given', () => {
    expect(loadExperiment('one', folders(), '/else/where')).toMatchObject({ experiment: { name: 'one' }, scenarioPath: '/else/where' });
  });

  it('runs the default protocol on a scenario that has no experiment', () => {
    expect(loadExperiment('new-one', folders(), '/else/where')).toMatchObject({
      experiment: { name: 'new-one', policies: ['heuristic', 'random', 'best-fixed', 'greedy', 'oracle', 'learned'], generations: 10 },
      scenarioPath: '/else/where',
    });
  });

  it('names the nearest experiment, and all, when there is none of that name', () => {
    const at = folders({ 'experiments/code-gen.yaml': right });
    expect(() => loadExperiment('code-gne', at)).toThrow(
      `${join(at.experiments, 'code-gne.yaml')}: there is no experiment "code-gne". Did you mean "code-gen"? Known: code-gen, one`,
    );
    expect(() => loadExperiment('Bad Name', at, '/else/where')).toThrow(ConfigError);
  });

  it('says what a path is that is no experiment', () => {
    const at = folders({ 'scenarios/w/scenario.yaml': '' });
    const told = 'an experiment is told by its name, or by the path of its .yaml file. Known: one';
    const scenario = join(at.scenarios, 'w');
    expect(() => loadExperiment(scenario, at)).toThrow(`${scenario}: this is a scenario's folder, to be given with --scenario; ${told}`);
    expect(() => loadExperiment('no/such', at)).toThrow(`no/such: this is no experiment; ${told}`);
  });

  it.each([
    ['an unknown key', `${right}generatoins: 3\n`, 'experiments/bad.yaml:4:1: unknown key "generatoins". Did you mean "generations"?'],
    [
      'an unknown policy',
      right.replace('heuristic', 'huristic'),
      'experiments/bad.yaml:3:12: heuristic, random, best-fixed, best-quality, greedy, oracle, learned, original or fixed:<arm>',
    ],
    ['no policies', right.replace('[heuristic, "fixed:*"]', '[]'), 'experiments/bad.yaml:3:11: Too small'],
    [
      'shares that do not sum to 1',
      `${right}split: { train: 0.5, validation: 0.2, heldout: 0.2 }\n`,
      'experiments/bad.yaml:4:8: the shares must sum to 1 (at split)',
    ],
    ['a gate of no kind', `${right}gate:\n  - { kind: diference, metric: quality }\n`, 'experiments/bad.yaml:5:13: Invalid'],
    ['a metric that no gate knows', `${right}gate:\n  - { kind: difference, metric: speed }\n`, 'experiments/bad.yaml:5:33: Invalid option'],
    [
      'a gate that every run would pass',
      `${right}gate:\n  - { kind: difference, metric: quality }\n`,
      'experiments/bad.yaml:5:5: a difference is judged by `above`, by `below` or by both (at gate.0)',
    ],
    ['half a generation', `${right}generations: 2.5\n`, 'experiments/bad.yaml:4:14: Invalid input: expected int, received number'],
    ['no seeds', `${right}seeds: 0\n`, 'experiments/bad.yaml:4:8: Too small'],
    ['a star without quotation marks', right.replace('"fixed:*"', '*'), 'experiments/bad.yaml:3:'],
    ['an empty file', '', 'experiments/bad.yaml:1:1: the key "name" is missing'],
  ])('names the place of %s', (_what, content, expected) => {
    expect(faultOf(content)).toContain(expected);
  });
});

describe('listExperiments', () => {
  it('gives the names in order, and nothing where there is no folder', () => {
    expect(listExperiments(folders({ 'experiments/a.yaml': '' }))).toEqual(['a', 'one']);
    expect(listExperiments({ experiments: '/no/such/folder', scenarios: '' })).toEqual([]);
  });
});
