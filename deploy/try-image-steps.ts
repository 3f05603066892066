/**
 * Does what the Dockerfile says without a container: every RUN in clean folders as a user without rights, then the service as the image starts it,
 * from an app folder that nobody may write to. `node deploy/try-image-steps.ts`, as root or as anybody; it uses the package registry.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../packages/core/src/system-clock.ts';
import { buildContext } from './build-context.ts';
import { type DockerStage, execForm, readDockerfile } from './read-dockerfile.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'ratchet-image-'));
chmodSync(work, 0o755);
/** `nobody`, where this runs as root; else the user who runs it. */
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const clock = systemClock();
const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface BuiltStage {
  /** Stands for `/`. */
  readonly root: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Of HEALTHCHECK, ENTRYPOINT, CMD and others that say how it is run: the last of each. */
  readonly said: Readonly<Record<string, string>>;
}

/** The system's own, with what npm installs for all users in the stage; not its keys and settings. */
function stageEnvironment(root: string): Readonly<Record<string, string>> {
  const path = [join(root, 'usr/local/bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(':');
  const registry = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => /^(npm_config_registry|https?_proxy|no_proxy|node_extra_ca_certs)$/i.test(key)),
  );
  return {
    ...(registry as Record<string, string>),
    PATH: path,
    HOME: join(root, 'home'),
    TMPDIR: join(root, 'tmp'),
    npm_config_prefix: join(root, 'usr/local'),
  };
}

function ownedFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  if (user.uid !== undefined) chownSync(path, user.uid, user.gid);
}

function buildStage({ name, instructions }: DockerStage, built: ReadonlyMap<string, BuiltStage>): BuiltStage {
  const root = join(work, name);
  for (const folder of ['', 'home', 'tmp', 'usr/local']) ownedFolder(join(root, folder));
  let folder = root;
  const environment: Record<string, string> = { ...stageEnvironment(root) };
  const said: Record<string, string> = {};
  for (const { name: what, flags, text } of instructions) {
    switch (what) {
      case 'WORKDIR':
        folder = join(root, text);
        ownedFolder(folder);
        break;
      case 'ENV': {
        const [key = '', value = ''] = text.split('=');
        environment[key] = value.startsWith('/') ? join(root, value) : value;
        break;
      }
      case 'COPY': {
        const [from = '', to = ''] = text.split(/\s+/);
        const target = to.startsWith('/') ? join(root, to) : resolve(folder, to);
        if (flags['from'] !== undefined) cpSync(join((built.get(flags['from']) as BuiltStage).root, from), target, { recursive: true, verbatimSymlinks: true });
        else for (const file of buildContext(project)) cpSync(join(project, file), join(target, file), { recursive: true });
        // As the image has it: of root, unless it says whose.
        const owner = flags['from'] === undefined || flags['chown'] !== undefined ? user.uid : process.getuid?.();
        if (owner !== undefined) spawnSync('chown', ['-R', String(owner), target]);
        break;
      }
      case 'RUN': {
        const began = clock.now();
        say(`RUN ${text.replace(/\s+/g, ' ')}`);
        const { status } = spawnSync('/bin/sh', ['-c', text], { cwd: folder, env: environment, stdio: ['ignore', 'ignore', 'inherit'], ...user });
        if (status !== 0) throw new Error(`RUN ended with ${status}`);
        say(`  ${((clock.now() - began) / 1000).toFixed(1)} s`);
        break;
      }
      default:
        said[what] = text;
    }
  }
  return { root, folder, environment, said };
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return String(typeof address === 'object' ? address?.port : address);
}

/** Every file and folder with its size and time of change. */
function listing(folder: string): string {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return paths.map((path) => `${path} ${statSync(join(folder, path)).size} ${statSync(join(folder, path)).mtimeMs}`).join('\n');
}

async function serveOnce(stage: BuiltStage, { port, key, check }: { port: string; key: string; check: (url: string) => Promise<void> }): Promise<void> {
  const portOf = (words: readonly string[]): readonly string[] => words.map((word) => word.replaceAll('8787', port));
  const [program = '', ...words] = [...execForm(stage.said['ENTRYPOINT'] as string), ...portOf(execForm(stage.said['CMD'] as string))];
  const health = portOf(execForm((stage.said['HEALTHCHECK'] as string).replace(/^.*?CMD\s+/, '')));
  const env = { ...stage.environment, RATCHET_ADMIN_KEY: key };
  const began = clock.now();
  const child: ChildProcess = spawn(program, words, { cwd: stage.folder, env, stdio: ['ignore', 'ignore', 'inherit'], ...user });
  const ended = once(child, 'exit');
  try {
    const healthy = (): boolean => spawnSync(health[0] as string, health.slice(1), { cwd: stage.folder, env: stage.environment, ...user }).status === 0;
    while (!healthy()) if (child.exitCode !== null || clock.now() - began > 60_000) throw new Error('it did not become healthy');
    say(`healthy after ${((clock.now() - began) / 1000).toFixed(1)} s, with what each check takes`);
    await check(`http://127.0.0.1:${port}`);
  } finally {
    child.kill('SIGTERM');
  }
  const stopped = clock.now();
  const [code, signal] = await ended;
  if (code !== 0) throw new Error(`SIGTERM ended it with ${code ?? signal}`);
  say(`SIGTERM: ended with 0 after ${((clock.now() - stopped) / 1000).toFixed(2)} s`);
}

async function post(url: string, key: string, body: object): Promise<{ readonly id: string }> {
  const answer = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { id: string };
}

async function tryImage(): Promise<void> {
  const built = new Map<string, BuiltStage>();
  const stages = readDockerfile(readFileSync(join(project, 'Dockerfile'), 'utf8'));
  for (const stage of stages) built.set(stage.name, buildStage(stage, built));
  const image = built.get(stages.at(-1)?.name ?? '') as BuiltStage;
  say(`the app folder: ${spawnSync('du', ['-sm', image.folder], { encoding: 'utf8' }).stdout.split('\t')[0]} MB`);
  // Whoever runs this as root has given it away; anybody else only takes their own right to write.
  if (user.uid === undefined) spawnSync('chmod', ['-R', 'a-w', image.folder]);
  const before = listing(image.folder);
  const port = await freePort();
  const key = `rk_try_${randomBytes(20).toString('hex')}`;
  let decision = '';
  await serveOnce(image, {
    port,
    key,
    check: async (url) => {
      decision = (await post(`${url}/v1/chat/completions`, key, { model: 'ratchet/auto', messages: [{ role: 'user', content: 'Say hello.' }] })).id;
      await post(`${url}/v1/feedback`, key, { decision, quality: 1 });
      const page = await fetch(url);
      say(`GET /: ${page.status} ${page.headers.get('content-type')}`);
      if (existsSync(join(project, 'packages', 'dashboard')) && page.status !== 200) throw new Error('the page is not in the image');
    },
  });
  await serveOnce(image, {
    port,
    key,
    check: async (url) => {
      const kept = await fetch(`${url}/api/decisions/${decision}`, { headers: { authorization: `Bearer ${key}` } });
      const { quality } = (await kept.json()) as { quality: number };
      if (quality !== 1) throw new Error('what was acknowledged is gone after a new start');
      say('what was acknowledged is there after a new start');
    },
  });
  if (listing(image.folder) !== before) throw new Error('something was written to the app folder');
  say('nothing was written to the app folder');
}

try {
  await tryImage();
} finally {
  if (user.uid === undefined) spawnSync('chmod', ['-R', 'u+w', work]);
  rmSync(work, { recursive: true, force: true });
}
