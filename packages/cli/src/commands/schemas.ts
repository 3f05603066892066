/** `schemas`: writes the JSON Schemas of the files that people write, for their editors. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerFileSchema, experimentSchema, loggedOutcomeSchema, scenarioSchema, taskFileSchema } from '@ratchet/harness';
import { catalogueSchema, faultFileSchema, simulationSchema } from '@ratchet/providers';
import { z } from 'zod';
import { exitCodes } from '../exit-codes.ts';
import { fromHere } from '../project-folders.ts';
import type { Output } from '../terminal/output.ts';

/** File name to content. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  const schemas = {
    scenario: scenarioSchema(simulationSchema),
    experiment: experimentSchema,
    tasks: taskFileSchema,
    answers: answerFileSchema,
    'logged-outcome': loggedOutcomeSchema,
    faults: faultFileSchema,
    models: catalogueSchema,
  };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      `${name}.schema.json`,
      `${JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), null, 2)}\n`,
    ]),
  );
}

export function schemasCommand(out: string, output: Output): number {
  const directory = fromHere(out);
  mkdirSync(directory, { recursive: true });
  for (const [name, content] of Object.entries(jsonSchemas())) writeFileSync(join(directory, name), content);
  output.note(`Wrote the JSON Schemas to ${directory}`);
  return exitCodes.ok;
}
