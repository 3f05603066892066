import { expect, test } from 'vitest';
import { isTraced, type Traced, tracingSetting } from '../src/tracing-setting.ts';

const traced: Traced = { name: 'code-gen/run', experiment: 'code-gen', run: 'run', contentByDefault: false, unique: 'here' };
const tracedRepeats = (setting: ReturnType<typeof tracingSetting>): readonly number[] => [0, 1, 7].filter((repeat) => isTraced(setting)({ repeat }));

test('every trial of a small experiment is traced, and of one with more free trials than local files hold those of the first repeats', () => {
  expect(tracedRepeats(tracingSetting(traced, {}, {}))).toEqual([0, 1, 7]);
  expect(tracedRepeats(tracingSetting({ ...traced, freeTrials: 20_000 }, {}, {}))).toEqual([0, 1, 7]);
  expect(tracedRepeats(tracingSetting({ ...traced, freeTrials: 20_001 }, {}, {}))).toEqual([0]);
});

test.each([{ WEAVE_PROJECT: 'team/project' }, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }])(
  'a service is told of every trial: %j',
  (environment) => {
    expect(tracedRepeats(tracingSetting({ ...traced, freeTrials: 1_000_000 }, {}, environment))).toEqual([0, 1, 7]);
  },
);
