import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { completeWords } from '../src/command-line/complete-words.ts';
import { newFolder, newPlace } from './ratchet.ts';

const words = async (...line: readonly string[]) => (await completeWords(line)).map(({ word }) => word);

describe('completion', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['commands by their beginning', ['exp'], ['experiment', 'explain']],
    ['what stands below a command, beside the names of experiments', ['experiment', 'c'], ['compare', 'code-gen']],
    ['names of scenarios', ['train', 'doc'], ['document-processing']],
    ['names of scenarios after a flag, its sign apart or not', ['execute', 'a request', '--scenario', '=', 'doc'], ['document-processing']],
    ['runs', ['experiment', 'compare', 'code-gen/reference', 'rou'], ['routing/reference']],
    ['choices of a flag', ['experiment', 'code-gen', '--provider', ''], ['simulated', 'recorded', 'live']],
    ['choices of a positional', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['policies, and the next one after a comma', ['experiment', 'code-gen', '--policies', 'best-fixed,best'], ['best-fixed,best-quality']],
    ['flags of a command, those that switch something off too', ['experiment', 'code-gen', '--limit', '5', '--no-'], ['--no-trace', '--no-content']],
    ['flags that are not there yet', ['keys', 'list', '--store', 'x', '--s'], ['--scenario']],
    ['nothing where a file is wanted, which is for the shell to complete', ['learn', '--log', 'out'], []],
    ['nothing after words that lead nowhere', ['frobnicate', 'x'], []],
  ])('knows %s', async (_what, line, found) => {
    expect(await words(...line)).toEqual(found);
  });

  it('says what a command does, and what a flag means', async () => {
    expect(await completeWords(['train', '--see'])).toEqual([{ word: '--seed', about: 'Decides how chance falls' }]);
    expect(await completeWords(['weav'])).toEqual([{ word: 'weave-sync', about: expect.stringContaining('Send the traces') }]);
  });
});

describe('the script for a shell', () => {
  const scripts: Record<string, string> = {};
  beforeAll(async () => {
    for (const shell of ['bash', 'zsh', 'fish']) scripts[shell] = (await newPlace().call(['completion', shell])).stdout;
  });
  const missing = (shell: string) => spawnSync(shell, ['-c', 'true']).status !== 0;
  /** What a shell finds after the script; the line's last word is the one that is being written. */
  const ask = (shell: 'bash' | 'zsh' | 'fish', commands: string): string => {
    const file = join(newFolder({ script: scripts[shell] ?? '' }), 'script');
    const options = { bash: ['--norc', '-c'], zsh: ['-f', '-c'], fish: ['--no-config', '-c'] }[shell];
    return execFileSync(shell, [...options, commands.replace('SCRIPT', file)], { encoding: 'utf8' });
  };

  it.skipIf(missing('bash'))('completes in bash', () => {
    expect(ask('bash', `. SCRIPT; COMP_WORDS=(ratchet keys re); COMP_CWORD=2; _ratchet; printf '%s\\n' "\${COMPREPLY[@]}"`)).toBe('revoke\n');
  });

  it.skipIf(missing('zsh'))('completes in zsh', () => {
    expect(ask('zsh', `compdef() { true }; _describe() { print -l $found }; . SCRIPT; words=(ratchet keys re); CURRENT=3; _ratchet`)).toBe(
      'revoke:Refuse a key from now on\n',
    );
  });

  it.skipIf(missing('fish'))('completes in fish', () => {
    expect(ask('fish', `source SCRIPT; complete -C 'ratchet keys re'`)).toBe('revoke\tRefuse a key from now on\n');
  });

  it('makes a command of the program where there is none', () => {
    expect(ask('bash', '. SCRIPT; PATH=/nowhere; ratchet experiment list --json')).toContain('"code-gen"');
  });
});
