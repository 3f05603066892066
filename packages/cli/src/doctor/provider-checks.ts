/** Keys of providers, which are looked at and never shown, and servers of the user's. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@ratchet/harness';
import { baseUrlOf, type Catalogue, isOwnServer, keyOf, type ModelGround } from '@ratchet/providers';
import { loadCatalogue } from '../load-catalogue.ts';
import { fromHere, projectRoot } from '../project-folders.ts';
import { type Check, fault, ok, warning } from './check.ts';

type Provider = Catalogue['providers'][string];

/** How keys of the shipped providers begin, as these hand them out. */
const beginnings: Readonly<Record<string, readonly string[]>> = {
  OPENAI_API_KEY: ['sk-'],
  ANTHROPIC_API_KEY: ['sk-ant-'],
  GEMINI_API_KEY: ['AIza', 'AQ.'],
  OPENROUTER_API_KEY: ['sk-or-'],
};
/** Of no other provider than the one that they stand beside. */
const foreign: Readonly<Record<string, readonly string[]>> = { OPENAI_API_KEY: ['sk-ant-', 'sk-or-'] };
const shortestKey = 20;

export async function providerChecks(models: string | undefined): Promise<readonly Check[]> {
  let ground: ModelGround;
  try {
    ground = await loadCatalogue(models);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [fault('models', error.message, 'mend the file: schemas/models.schema.json says what it may hold'), ...fileChecks()];
  }
  const { providers } = ground.catalogue;
  const withKey = Object.entries(providers).filter(([, provider]) => keyOf(provider, ground.environment) !== undefined);
  const own = Object.entries(providers).filter(([, provider]) => isOwnServer(provider, ground.environment));
  const checks = [
    ...withKey.filter(([name]) => !own.some(([other]) => other === name)).map(([name, provider]) => keyCheck(name, provider, ground)),
    ...own.map(([name, provider]) => serverCheck(name, provider, ground)),
  ];
  const without = Object.values(providers).flatMap(({ key }) => (key === null ? [] : [key]));
  const none = ok(
    'keys',
    `none, which simulated and recorded models do not need. For live ones: ${without.join(', ')} or OPENAI_BASE_URL, in the environment or .env`,
  );
  return [...(checks.length === 0 ? [none] : checks), ...fileChecks()];
}

function keyCheck(name: string, { key }: Provider, { environment }: ModelGround): Check {
  const variable = key ?? '';
  const value = environment[variable] ?? '';
  const title = `key of ${name}`;
  const again = `set ${variable} to the key as ${name} shows it`;
  if (/^\s|\s$|^["'].*["']$/.test(value)) return warning(title, `${variable} has spaces or quotes around it`, again);
  if (value.length < shortestKey || /\s|\.\.\./.test(value)) return warning(title, `${variable} does not look like a key (${value.length} characters)`, again);
  const fits = (beginnings[variable] ?? ['']).some((beginning) => value.startsWith(beginning));
  const others = (foreign[variable] ?? []).some((beginning) => value.startsWith(beginning));
  if (!fits || others)
    return warning(title, `${variable} does not begin like a key of ${name} (${beginnings[variable]?.join(' or ')}); is it another provider's?`, again);
  return ok(title, `${variable} is set (${value.length} characters); it is not tried`);
}

function serverCheck(name: string, provider: Provider, { environment, served }: ModelGround): Check {
  const list = served[name];
  const url = withoutSecrets(baseUrlOf(provider, environment));
  if (list?.kind === 'listed') return ok(`server of ${name}`, `${url} serves ${list.names.length} models`);
  return warning(`server of ${name}`, withoutSecrets(list?.why ?? `${url} was not asked`), 'start it, or mend its address; `pnpm ratchet models` asks again');
}

function fileChecks(): readonly Check[] {
  const files = [...new Set([fromHere('.env'), join(projectRoot, '.env')])].filter((file) => existsSync(file));
  return files
    .filter((file) => process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    .map((file) => warning('.env', `${file} can be read by other users of this machine`, `chmod 600 ${file}`));
}

/** An address may have a name and a password in it. */
function withoutSecrets(text: string): string {
  return text.replaceAll(/\/\/[^/@\s]+@/g, '//***@');
}
