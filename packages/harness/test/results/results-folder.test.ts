import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrialRecord } from '../../src/experiment/trial.ts';
import { openResultsFolder, readManifest } from '../../src/results/results-folder.ts';
import { ConfigError } from '../../src/scenario/config-error.ts';
import { writeFolder } from '../scenario/scenario-folder.ts';

const begin = { experiment: 'tiny', planId: 'abc', startedAt: '2026-01-01T00:00:00.000Z', facts: { seeds: [1] } };
const trial = (id: string): TrialRecord => ({
  id,
  phase: 'heldout',
  policy: 'random',
  seed: 1,
  generation: 0,
  snapshot: 0,
  repeat: 0,
  task: 't',
  arm: 'direct/a',
  strategy: 'direct',
  propensity: 1,
  status: 'completed',
  quality: 1,
  costUsd: 0,
  latencyMs: null,
  calls: 1,
  inputTokens: 1,
  outputTokens: 1,
});

/** A run with two trials in a new folder. */
function finishedRun(): string {
  const directory = join(writeFolder({}), 'runs', 'one');
  const folder = openResultsFolder(directory, begin, { fresh: false });
  folder.trials.append(trial('a'));
  folder.trials.append(trial('b'));
  folder.update({ state: 'complete', durationMs: 12 });
  folder.write('report.md', 'done');
  folder.close();
  return directory;
}

const contentOf = (directory: string) =>
  Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  );

/** The error of opening, after which the folder holds what it held. */
function refusal(directory: string, changed: Partial<typeof begin> = {}): string {
  const before = contentOf(directory);
  let thrown: unknown;
  try {
    openResultsFolder(directory, { ...begin, ...changed }, { fresh: false });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ConfigError);
  expect(contentOf(directory)).toEqual(before);
  return (thrown as ConfigError).message.replaceAll(`${directory}/`, '').replaceAll(directory, '.');
}

function changeManifest(directory: string, change: (manifest: Record<string, unknown>) => unknown): void {
  const file = join(directory, 'manifest.json');
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))));
}

describe('a results folder', () => {
  it('is made with all folders above it, and says at once what it will hold', () => {
    const directory = join(writeFolder({}), 'a', 'b', 'c');
    openResultsFolder(directory, begin, { fresh: false }).close();
    expect(readManifest(directory)).toEqual({ version: 1, state: 'running', durationMs: 0, ...begin });
  });

  it('goes on with the run that stands there', () => {
    const directory = finishedRun();
    const folder = openResultsFolder(directory, { ...begin, startedAt: 'later' }, { fresh: false });
    expect([...folder.trials.all()]).toEqual([trial('a'), trial('b')]);
    expect(folder.manifest).toMatchObject({ state: 'complete', durationMs: 12, startedAt: begin.startedAt });
    folder.close();
  });

  it('is opened again without a change to its files', () => {
    const directory = finishedRun();
    const before = contentOf(directory);
    openResultsFolder(directory, { ...begin, startedAt: 'later' }, { fresh: false }).close();
    expect(contentOf(directory)).toEqual(before);
    const folder = openResultsFolder(directory, begin, { fresh: false });
    folder.update({ state: 'complete' });
    folder.close();
    expect(contentOf(directory)).toEqual(before);
  });

  it('replaces a file as a whole', () => {
    const directory = finishedRun();
    const folder = openResultsFolder(directory, begin, { fresh: false });
    folder.write('report.md', 'new');
    folder.close();
    expect(contentOf(directory)['report.md']).toBe('new');
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is begun anew with --fresh', () => {
    const directory = finishedRun();
    const folder = openResultsFolder(directory, { ...begin, planId: 'other' }, { fresh: true });
    expect([folder.trials.size, folder.profiles.size, folder.manifest.planId, folder.manifest.state]).toEqual([0, 0, 'other', 'running']);
    folder.close();
  });

  it('of another plan is refused, and nothing in it is touched', () => {
    expect(refusal(finishedRun(), { planId: 'xyz' })).toBe(
      'manifest.json: the folder holds another run (plan abc, this is xyz): the experiment, its options, its data or the prompts have changed. Use --fresh to replace it, or another --run',
    );
  });

  it('of another version is refused, and nothing in it is touched', () => {
    for (const version of [0, 2, '1', undefined]) {
      const directory = finishedRun();
      changeManifest(directory, (manifest) => ({ ...manifest, version }));
      expect(refusal(directory)).toBe(
        `manifest.json: these results have version ${version}, this program reads 1. Use the program that wrote them, or start anew with --fresh`,
      );
    }
  });

  it('with a damaged manifest is refused, and nothing in it is touched', () => {
    const [cut, changed, empty] = [finishedRun(), finishedRun(), finishedRun()];
    writeFileSync(join(cut, 'manifest.json'), readFileSync(join(cut, 'manifest.json'), 'utf8').slice(0, 40));
    changeManifest(changed, ({ planId: _planId, ...rest }) => rest);
    writeFileSync(join(empty, 'manifest.json'), 'null');
    expect(refusal(cut)).toBe('manifest.json: the manifest is damaged. Start anew with --fresh');
    expect(refusal(changed)).toBe('manifest.json: the manifest is damaged: Invalid input: expected string, received undefined (at planId)');
    expect(refusal(empty)).toContain('manifest.json: these results have version undefined');
  });

  it('with logs and without a manifest is refused: nobody knows of which run they are', () => {
    const directory = finishedRun();
    rmSync(join(directory, 'manifest.json'));
    expect(refusal(directory)).toContain('.: the folder has logs and no manifest');
  });

  it('that a crash left with empty logs and without a manifest is begun', () => {
    const directory = writeFolder({ 'trials.jsonl': '' });
    const folder = openResultsFolder(directory, begin, { fresh: false });
    expect(folder.manifest.planId).toBe('abc');
    folder.close();
  });

  it('with a foreign line in a log is refused, and nothing in it is touched', () => {
    const directory = finishedRun();
    writeFileSync(join(directory, 'trials.jsonl'), `${JSON.stringify(trial('a'))}\n{"id":"b"}\n`);
    expect(refusal(directory)).toMatch(/^trials\.jsonl:2:1: not a record of this version/);
  });
});

describe('readManifest', () => {
  it('says that there is no run', () => {
    const directory = writeFolder({});
    expect(() => readManifest(directory)).toThrow(`${join(directory, 'manifest.json')}: there is no run here`);
    expect(existsSync(join(directory, 'manifest.json'))).toBe(false);
  });
});
