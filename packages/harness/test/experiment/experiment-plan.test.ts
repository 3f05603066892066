import { describe, expect, it } from 'vitest';
import { UnknownPolicyError } from '../../src/experiment/contenders.ts';
import { NoTasksError } from '../../src/experiment/experiment-plan.ts';
import { EmptySplitError } from '../../src/experiment/split.ts';
import { tiny, tinyPlan } from './tiny-experiment.ts';

const { heuristic: _heuristic, ...withoutHeuristic } = tiny;
const baselined = (baseline: string) => ({ ...withoutHeuristic, file: { ...tiny.file, baseline } });

describe('planExperiment', () => {
  it('puts the baseline first, and each policy once', () => {
    expect(tinyPlan({ policies: ['learned', 'random', 'heuristic', 'learned'] }).policies).toEqual(['heuristic', 'learned', 'random']);
    expect(tinyPlan({ policies: ['learned'] }, {}, baselined('fixed:direct/sm*')).policies).toEqual(['fixed:direct/small', 'learned']);
  });

  it('takes what the command line says in the place of what the file says', () => {
    const plan = tinyPlan({ seeds: 5, generations: 9 }, { policies: ['random'], seeds: 2, generations: 0 });
    expect(plan).toMatchObject({ policies: ['heuristic', 'random'], seeds: [1, 2], experiment: { generations: 0, seeds: 2 } });
  });

  it('replaces fixed:<pattern> by every arm that fits', () => {
    expect(tinyPlan({ policies: ['fixed:direct/*', 'fixed:*small*'] }).policies).toEqual([
      'heuristic',
      'fixed:direct/small',
      'fixed:direct/large',
      'fixed:batch/small?chunkSize=40',
      'fixed:orchestrate/small+large',
      'fixed:collaborate/small+large?debateRounds=0&numExperts=2',
    ]);
  });

  it('takes every sign of a pattern but the star as it is', () => {
    expect(tinyPlan({ policies: ['fixed:batch/small?chunkSize=40'] }).policies).toContain('fixed:batch/small?chunkSize=40');
    expect(() => tinyPlan({ policies: ['fixed:direct.small'] })).toThrow(
      'no arm fits "direct.small". Did you mean "direct/small"? Arms: direct/small, direct/large,',
    );
  });

  it('has an id that only equal plans share', () => {
    const { id } = tinyPlan();
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(tinyPlan().id).toBe(id);
    const others = [
      tinyPlan({ heldoutRepeats: 2 }),
      tinyPlan({}, { seeds: 2 }),
      tinyPlan({}, { limit: 13 }),
      tinyPlan({}, { policies: ['random'] }),
      tinyPlan({}, {}, { ...tiny, hash: 'other' }),
    ];
    expect(new Set([id, ...others.map((plan) => plan.id)]).size).toBe(others.length + 1);
  });

  it('limits to the same tasks every time, and to more of them with a higher limit', () => {
    const chosen = (limit: number) => tinyPlan({ split: { train: 0, validation: 0, heldout: 1 }, policies: ['random'] }, { limit }).tasks.map(({ id }) => id);
    for (let limit = 1; limit < tiny.tasks.length; limit++) {
      expect(chosen(limit)).toHaveLength(limit);
      expect(chosen(limit)).toEqual(chosen(limit));
      for (const id of chosen(limit)) expect(chosen(limit + 1)).toContain(id);
    }
    expect(chosen(1000)).toEqual(tiny.tasks.map(({ id }) => id));
  });

  it('filters by id and family', () => {
    const all = { split: { train: 0, validation: 0, heldout: 1 } };
    expect(tinyPlan(all, { filter: 'MENU' }).tasks.map(({ id }) => id)).toEqual(['menu-soup', 'menu-dessert']);
    expect(tinyPlan(all, { filter: 'capitals' }).tasks).toHaveLength(6);
  });

  it('says what there is when nothing passes the filter', () => {
    expect(() => tinyPlan({}, { filter: 'poems' })).toThrow(NoTasksError);
    expect(() => tinyPlan({}, { filter: 'poems' })).toThrow('no task\'s id or family contains "poems". Families: capitals, sums, menu, afters');
  });

  it('refuses too few tasks for its splits, before anything is run', () => {
    expect(() => tinyPlan({}, { limit: 2 })).toThrow(EmptySplitError);
    expect(() => tinyPlan({}, { limit: 2 })).toThrow(/raise --limit, widen --filter/);
  });

  it('refuses a policy that there is not, before anything is run, and names the nearest', () => {
    expect(() => tinyPlan({}, { policies: ['lerned'] })).toThrow(UnknownPolicyError);
    expect(() => tinyPlan({}, { policies: ['lerned'] })).toThrow(
      'there is no policy "lerned". Did you mean "learned"? Known: heuristic, random, best-fixed, best-quality, greedy, oracle, learned, learned-routing, learned-execution, original, fixed:<arm>',
    );
  });

  it.each(['heuristic', 'original'])('refuses the policy %s where the scenario has no heuristic, before anything is run', (name) => {
    expect(() => tinyPlan({ policies: [name] }, {}, baselined('random'))).toThrow(UnknownPolicyError);
    expect(() => tinyPlan({ policies: [name] }, {}, baselined('random'))).toThrow(
      `the policy "${name}" needs the arms of the heuristic: give \`heuristic\` in ${tiny.path}, or leave the policy out`,
    );
  });

  it('refuses the baseline that nobody named, where the scenario has no heuristic', () => {
    expect(() => tinyPlan({ policies: ['random'] }, {}, baselined('heuristic'))).toThrow('where it is the baseline, name another `baseline` there');
  });

  it('refuses a baseline that fits several arms', () => {
    expect(() => tinyPlan({}, {}, baselined('fixed:direct/*'))).toThrow(
      'the baseline "fixed:direct/*" fits several arms: fixed:direct/small, fixed:direct/large',
    );
  });
});
