/** Versioned, hashed snapshots of what was learned; one that does not check out is refused. */
import { createHash } from 'node:crypto';
import { RatchetError } from '@ratchet/core';
import { z } from 'zod';

export class SnapshotError extends RatchetError {
  readonly kind = 'invalid-snapshot';
}

const snapshotSchema = z.strictObject({
  format: z.literal('ratchet-snapshot'),
  version: z.literal(1),
  policy: z.string().min(1),
  scenario: z.string().min(1),
  generation: z.int().min(0),
  arms: z.array(z.string().min(1)).min(1).describe('Ids of the arms, in the order that the state counts them'),
  state: z.json(),
  sha256: z.string().length(64).describe('Of everything else'),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

export function makeSnapshot({ policy, scenario, generation, arms, state }: Omit<Snapshot, 'format' | 'version' | 'sha256'>): Snapshot {
  // Named one by one: the hash goes by their order, which is that of the schema.
  const whole = { format: 'ratchet-snapshot', version: 1, policy, scenario, generation, arms, state } as const;
  return { ...whole, sha256: hashOf(whole) };
}

/** Throws a `SnapshotError` that says what is wrong: another format, another version, damaged. */
export function parseSnapshot(json: string, where: string): Snapshot {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch (cause) {
    throw new SnapshotError(`${where} is not JSON: it was cut off or damaged. Train again, or use another generation`, { cause });
  }
  const parsed = snapshotSchema.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SnapshotError(`${where} is not a snapshot of this version: ${issue?.path.join('.')}: ${issue?.message}. Train again`);
  }
  const { sha256, ...rest } = parsed.data;
  if (hashOf(rest) !== sha256) throw new SnapshotError(`${where} is damaged: its hash does not agree. Train again, or use another generation`);
  return parsed.data;
}

function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
