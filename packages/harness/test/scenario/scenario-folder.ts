/** Writes small scenarios into folders of their own, right as they stand or changed by a test. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = mkdtempSync(join(tmpdir(), 'ratchet-scenario-'));
let folders = 0;

/** A scenario that fits: two tasks, two parts, three arms. */
export const rightFiles: Readonly<Record<string, string>> = {
  'scenario.yaml': `name: small
title: A small scenario
description: Two questions
scorer: { kind: parts }
arms:
  - { strategy: direct, model: { each: [mini, maxi] } }
  - { strategy: batch, model: mini }
utility: { cost: 0.3, latency: 0.1 }
`,
  'tasks/tasks.yaml': `materials:
  kit/note: |
    A note.
tasks:
  - id: first
    request: "Please {{kit/one|say one}}, as {{material kit/note}} has it."
  - id: second
    request: "{{kit/two|Say two.}}"
`,
  'answers/answers.yaml': `language: markdown
parts:
  - id: kit/one
    family: numbers
    difficulty: 0
    check: { kind: includes, values: [one, uno] }
    answers:
      - { grade: right, text: one uno }
      - { grade: partial, text: one }
      - { grade: wrong, text: none }
  - id: kit/two
    family: numbers
    difficulty: 0
    check: { kind: includes, values: [two, due] }
    answers:
      - { grade: right, text: two due }
      - { grade: partial, text: two }
      - { grade: wrong, text: none }
`,
};

/** The folder; null leaves a file out. */
export function scenarioFolder(changed: Readonly<Record<string, string | null>> = {}): string {
  return writeFolder({ ...rightFiles, ...changed });
}

export function writeFolder(files: Readonly<Record<string, string | null>>): string {
  folders += 1;
  const directory = join(root, `folder-${folders}`);
  mkdirSync(directory);
  for (const [name, content] of Object.entries(files)) {
    if (content === null) continue;
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

/** One of the right files with a piece of it replaced; a piece that is not there is a fault of the test. */
export function replaced(name: string, piece: string, by: string): Record<string, string> {
  const content = rightFiles[name] ?? '';
  if (!content.includes(piece)) throw new Error(`${name} has no "${piece}"`);
  return { [name]: content.replace(piece, () => by) };
}
