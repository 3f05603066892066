/** `pnpm bench forest [--rows LIST]`: our forests beside scikit-learn's and ml-random-forest's. */
import type { Suite } from '../suite/suite.ts';
import { compareAccuracy } from './accuracy.ts';
import { type ForestReport, renderForestReport } from './forest-report.ts';
import { openScikitLearn } from './scikit-learn.ts';
import { compareOutputs, compareSpeed } from './speed.ts';

export const forestSuite: Suite = {
  name: 'forest',
  title: 'Forests',
  about: "our forests beside scikit-learn's and ml-random-forest's: time and accuracy",
  options: { rows: { type: 'string' } },
  when: 'whole',
  run: async ({ quick, python, words, say }) => {
    const sizes = words['rows']?.split(',').map(Number) ?? (quick ? [1000] : [1000, 5000, 20_000]);
    const scikitLearn = await openScikitLearn(python);
    if (scikitLearn === undefined) say(`  ${python} has no scikit-learn: skipped (\`pnpm bench:peers\` installs it; RATCHET_PYTHON names another Python)`);
    try {
      say('  training and prediction');
      const speed = await compareSpeed(scikitLearn, { sizes, runs: quick ? 2 : 3 });
      say('  several outputs');
      const outputs = await compareOutputs(scikitLearn, quick ? 1 : 2);
      if (scikitLearn !== undefined) say('  accuracy');
      const accuracy = scikitLearn === undefined ? [] : await compareAccuracy(scikitLearn, quick ? 1 : 2);
      const report: ForestReport = { ...(await scikitLearn?.versions()), speed, outputs, accuracy };
      return { markdown: renderForestReport(report), figures: report };
    } finally {
      scikitLearn?.close();
    }
  },
};
