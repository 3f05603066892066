/** `models`: lists the models that can be called live, and says which are usable now. */
import { type Availability, availabilityOf, baseUrlOf, type ModelGround } from '@ratchet/providers';
import { exitCodes } from '../exit-codes.ts';
import { loadCatalogue } from '../load-catalogue.ts';
import type { Output } from '../terminal/output.ts';

export async function modelsCommand(words: { readonly models?: string; readonly json: boolean }, output: Output): Promise<number> {
  const ground = await loadCatalogue(words.models);
  const rows = rowsOf(ground);
  if (words.json) {
    output.result(JSON.stringify(rows, null, 2));
    return exitCodes.ok;
  }
  const width = Math.max(...rows.map(({ id }) => id.length));
  for (const { id, provider, status, price, contextTokens } of rows) {
    const text = (status.kind === 'usable' ? output.paint.green : output.paint.dim)(statusText(status).padEnd(22));
    const cost = price === undefined ? 'price not known' : `$${price.inputUsdPerMTok} in, $${price.outputUsdPerMTok} out a million tokens (${price.asOf})`;
    const window = contextTokens === undefined ? '' : `, ${contextTokens.toLocaleString('en')} tokens`;
    output.result(`${id.padEnd(width)}  ${provider.padEnd(10)}  ${text}  ${cost}${window}`);
  }
  for (const [provider, list] of Object.entries(ground.served)) if (list.kind === 'unknown') output.note(`${provider}: ${list.why}`);
  output.note('Keys are taken from the environment or .env. A file ratchet.models.yaml, or --models FILE, adds models and providers.');
  return exitCodes.ok;
}

function rowsOf(ground: ModelGround) {
  const { models, providers } = ground.catalogue;
  return Object.entries(models).map(([id, { provider, price, contextTokens, maxOutputTokens, limits }]) => {
    const entry = providers[provider];
    return {
      id,
      provider,
      ...(entry === undefined ? {} : { baseUrl: baseUrlOf(entry, ground.environment) }),
      status: availabilityOf(id, ground),
      price,
      contextTokens,
      maxOutputTokens,
      limits: limits ?? entry?.limits,
    };
  });
}

export function statusText(status: Availability): string {
  switch (status.kind) {
    case 'usable':
      return 'usable';
    case 'no-key':
      return `no ${status.variable}`;
    case 'not-served':
      return `not served: ${status.why}`;
    case 'retired':
      return 'retired';
    default:
      return status satisfies never;
  }
}
