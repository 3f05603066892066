/** Makes what the compose file wants, once: a password of the database, an admin key, and a file for the keys of providers. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2] ?? fileURLToPath(new URL('secrets', import.meta.url));
const environment = join(folder, 'ratchet.env');
if (existsSync(environment)) {
  process.stderr.write(`${environment} is there already, and stays as it is\n`);
  process.exit(1);
}
const password = randomBytes(24).toString('hex');
const adminKey = `rk_admin_${randomBytes(32).toString('hex')}`;
// Nobody else of this machine may look into the folder; the service's user has to read the files within the container.
mkdirSync(folder, { recursive: true, mode: 0o700 });
writeFileSync(join(folder, 'postgres-password'), password, { mode: 0o644 });
const lines = [
  `DATABASE_URL=postgresql://ratchet:${password}@postgres:5432/ratchet`,
  `RATCHET_ADMIN_KEY=${adminKey}`,
  '# Of providers, with `--provider live`:',
  '# OPENAI_API_KEY=',
  '# WANDB_API_KEY=',
];
writeFileSync(environment, `${lines.join('\n')}\n`, { mode: 0o644 });
process.stdout.write(`${folder}: ratchet.env, postgres-password\n`);
