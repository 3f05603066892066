/**
 * fast-check as tests see it: from one seed, so that a run of the tests repeats. `FAST_CHECK_SEED=random` looks at other values,
 * which the nightly run does; a number repeats what that run reported.
 */
import fc from './node_modules/fast-check/lib/fast-check.js';

const asked = process.env['FAST_CHECK_SEED'];
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: asked === undefined ? 20_261_126 : Number(asked) });

export default fc;
