import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cutAnswers, decisionCount, otherLuck, slowerDecide } from '../../src/gates/plant-change.ts';
import { projectRoot } from '../../src/suite/project-root.ts';

describe('planted changes', () => {
  test.each([slowerDecide(5), decisionCount, cutAnswers(0.1, 1), otherLuck(1)])('find their place in $file', ({ file, from }) => {
    expect(readFileSync(join(projectRoot, file), 'utf8').split(from)).toHaveLength(2);
  });
});
