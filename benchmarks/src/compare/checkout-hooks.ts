/** Preloaded with --import: whatever is imported from a package of Ratchet comes from the checkout that RATCHET_CHECKOUT names. */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const checkout = process.env['RATCHET_CHECKOUT'];
if (checkout === undefined) throw new Error('RATCHET_CHECKOUT names no checkout');

registerHooks({
  resolve: (specifier, context, next) => {
    const name = /^@ratchet\/([a-z]+)$/.exec(specifier)?.[1];
    return name === undefined ? next(specifier, context) : next(pathToFileURL(join(checkout, 'packages', name, 'src/index.ts')).href, context);
  },
});
