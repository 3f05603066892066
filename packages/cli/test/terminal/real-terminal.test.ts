import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { newFolder, newPlace, projectRoot } from '../ratchet.ts';

const without = spawnSync('tmux', ['-V']).status !== 0;
const socket = join(newFolder(), 'tmux');
const tmux = (...words: readonly string[]) => execFileSync('tmux', ['-f', '/dev/null', '-S', socket, ...words], { encoding: 'utf8' });

afterAll(() => {
  if (!without) spawnSync('tmux', ['-S', socket, 'kill-server']);
});

/** A shell in a terminal of its own. */
function terminal(columns: number) {
  const session = `wide-${columns}`;
  const { home, results } = newPlace();
  const env = { RATCHET_HOME: home, RATCHET_RESULTS: results, LANG: 'C.UTF-8', CI: '', NO_COLOR: '' };
  const given = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  tmux('new-session', '-d', '-s', session, '-x', `${columns}`, '-y', '30', ...given, 'bash --norc');
  const shown = (...options: readonly string[]): string => tmux('capture-pane', '-p', ...options, '-t', session);
  return {
    shown,
    type: (words: string) => tmux('send-keys', '-t', session, words, 'Enter'),
    key: (name: string) => tmux('send-keys', '-t', session, name),
    resize: (to: number) => tmux('resize-window', '-t', session, '-x', `${to}`, '-y', '30'),
    cursorShown: () => tmux('display', '-p', '-t', session, '#{cursor_flag}').trim() === '1',
    until: async (found: RegExp): Promise<string> => {
      for (let tries = 0; tries < 600; tries++) {
        const text = shown();
        if (found.test(text)) return text;
        await wait(100);
      }
      throw new Error(`${found} did not come: ${shown()}`);
    },
    close: () => tmux('kill-session', '-t', session),
  };
}

const ratchet = `${process.execPath} ${join(projectRoot, 'packages', 'cli', 'src', 'ratchet.mjs')}`;

describe.skipIf(without)(`in a real terminal${without ? ' (skipped: there is no tmux here)' : ''}`, () => {
  it('training shows a table that follows the size of the terminal, and Ctrl-C leaves what was learned and nothing of the table', async () => {
    const { shown, type, key, resize, cursorShown, until, close } = terminal(100);
    type(`clear; ${ratchet} train code-gen --generations 40 --tasks-per-gen 12`);
    expect(await until(/gen 2\/40/)).toMatch(/^policy +stage +trials +mix +quality +cost +latency$/m);
    expect(cursorShown()).toBe(false);
    // Coloured.
    expect(shown('-e')).toContain('\u001b[3');
    resize(60);
    // One table, and nothing of the wider one.
    const narrow = await until(/^policy +stage +mix +quality +cost$/m);
    expect(narrow.match(/policy +stage/g)).toHaveLength(1);
    resize(120);
    expect((await until(/^policy +stage +trials .* latency$/m)).match(/policy +stage/g)).toHaveLength(1);
    key('C-c');
    const end = await until(/Interrupted within generation \d+, of which nothing was learned\.\n\S*[#$]\s*$/);
    expect(end).toMatch(/^generation 1: 12 tasks, quality /m);
    // The terminal breaks the line where it is full.
    expect(end.replaceAll('\n', '')).toMatch(/Next: pnpm ratchet/);
    expect(end).not.toMatch(/policy +stage|\[#/);
    expect(cursorShown()).toBe(true);
    close();
  }, 120_000);

  it('colours are there where they are read, and not with NO_COLOR', async () => {
    const { shown, type, until, close } = terminal(80);
    type(`clear; ${ratchet}`);
    await until(/^Next: /m);
    expect(shown('-e')).toContain('\u001b[3');
    type(`clear; NO_COLOR=1 ${ratchet}; echo end-of-it`);
    await until(/^end-of-it$/m);
    expect(shown('-e')).not.toContain('\u001b[');
    close();
  }, 120_000);
});
