/** A traced experiment, read back from W&B's own trace server through its own queries. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { newFolder, newPlace, onlyRun, projectRoot, tinyExperiment } from '../ratchet.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Git ignores it. It is made once. */
const environment = join(projectRoot, '.ratchet', 'weave-server');
const windows = process.platform === 'win32';
const python = join(environment, windows ? 'Scripts' : 'bin', windows ? 'python.exe' : 'python');

const callsSchema = z.object({
  calls: z.array(
    z.object({
      id: z.string(),
      op_name: z.string(),
      parent_id: z.string().nullable(),
      attributes: z.record(z.string(), z.unknown()),
      inputs: z.record(z.string(), z.unknown()),
      output: z.unknown(),
      summary: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
});
const feedbackSchema = z.object({
  result: z.array(z.object({ weave_ref: z.string(), feedback_type: z.string(), payload: z.record(z.string(), z.unknown()) })),
});
const objectsSchema = z.object({ objs: z.array(z.object({ object_id: z.string(), digest: z.string(), val: z.unknown() })) });

let server: ChildProcess;
let url: string;
const ask = async <Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer> => {
  const response = await fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"project_id":"team/project"}' });
  return schema.parse(await response.json());
};

beforeAll(async () => {
  if (!existsSync(python)) execFileSync(windows ? 'python' : 'python3', ['-m', 'venv', environment], { stdio: 'inherit' });
  // Says in a moment that all is there, when it is.
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', join(here, 'requirements.txt')], { stdio: 'inherit' });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  server = spawn(python, [join(here, 'weave_server.py'), String(port), join(newFolder(), 'weave.db')], { stdio: ['ignore', 'ignore', 'inherit'] });
  for (let tries = 0; tries < 600; tries++) {
    if (
      await fetch(`${url}/openapi.json`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await wait(200);
  }
  throw new Error('the server did not start');
});
afterAll(() => {
  server?.kill();
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

describe("W&B's own trace server", () => {
  const place = newPlace();
  const opOf = (name: string) => /\/op\/([\w.-]+):/.exec(name)?.[1];

  test('has the whole tree of every trial, and complete evaluations, as the results folder has them', async () => {
    const env = { WEAVE_PROJECT: 'team/project', WANDB_API_KEY: 'any-key-will-do', WF_TRACE_SERVER_URL: url, RATCHET_EXIT_MS: '60000' };
    const { code, stderr } = await place.run(['experiment', tinyExperiment()], { env });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/records sent to Weave/)]);
    const trials = readFileSync(join(onlyRun(place), 'trials.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { id: string; phase: string; policy: string; generation: number; quality: number });
    const { calls } = await ask('/calls/query', callsSchema);
    const named = (name: string) => calls.filter(({ op_name }) => opOf(op_name) === name);
    expect(
      named('trial')
        .map(({ inputs }) => inputs['trialId'])
        .sort(),
    ).toEqual(trials.map(({ id }) => id).sort());
    expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
    const known = new Map(calls.map((call) => [call.id, call]));
    for (const call of named('model_call')) expect(opOf(known.get(known.get(call.parent_id ?? '')?.parent_id ?? '')?.op_name ?? '')).toBe('request');
    const evaluations = named('Evaluation.evaluate');
    expect(evaluations).toHaveLength(3);
    for (const { attributes, output } of evaluations) {
      const own = trials.filter(
        ({ phase, policy, generation }) => phase === 'heldout' && policy === attributes['policy'] && generation === attributes['generation'],
      );
      const mean = own.reduce((sum, { quality }) => sum + quality, 0) / own.length;
      expect(output).toMatchObject({ quality: { mean: expect.closeTo(mean, 12) } });
    }
    const { result } = await ask('/feedback/query', feedbackSchema);
    expect(result).toHaveLength(3 * named('Model.predict').length);
    const { objs } = await ask('/objs/query', objectsSchema);
    const inputs = evaluations.map(({ inputs: { self } }) => self);
    expect(new Set(inputs).size).toBe(1);
    const evaluation = objs.find(({ object_id, digest }) => inputs[0] === `weave:///team/project/object/${object_id}:${digest}`);
    expect(evaluation?.val).toMatchObject({
      dataset: expect.stringContaining('/object/tiny:'),
      scorers: [expect.any(String), expect.any(String), expect.any(String)],
    });
  });
});
