/** Which traces a command writes and where they go: read from its words and the environment, plain data that threads get too. */
import { join } from 'node:path';
import type { Trial } from '@ratchet/harness';
import type { ExportSetting } from '@ratchet/observability';
import type { Environment } from '@ratchet/providers';
import { z } from 'zod';
import { spoolRoot, tracesRoot } from './project-folders.ts';
import { UsageError } from './usage-error.ts';

export interface TracingWords {
  /** False writes nothing and sends nothing. */
  readonly trace?: boolean;
  /** Whether prompts and answers are kept. */
  readonly content?: boolean;
}

export interface Outlet {
  readonly spool: string;
  readonly export: ExportSetting;
}

export interface TracingSetting {
  /** Of local traces; null for none. */
  readonly folder: string | null;
  readonly outlets: readonly Outlet[];
  readonly content: boolean;
  /** Of an experiment. Each trial of the first repeats has a trace where there are more trials than local files hold, and nobody else is told. */
  readonly trials: 'all' | 'first-repeats';
}

export interface Traced {
  /** `code-gen/1a2b3c`, or `execute`: the folder of its traces. */
  readonly name: string;
  readonly experiment: string;
  readonly run: string;
  /** Where the words do not say: whether prompts and answers are kept. */
  readonly contentByDefault: boolean;
  /** Tells this process's spool from those of others. */
  readonly unique: string;
  /** How many trials are planned that can be had again for nothing; by default none. */
  readonly freeTrials?: number;
}

/** About as many as the local files of two threads hold, at 4 KB each. */
const mostFreeTrials = 20_000;

const milliseconds = z.coerce.number().int().positive();
const environmentSchema = z.object({
  WEAVE_PROJECT: z
    .string()
    .regex(/^[^/\s]+\/[^/\s]+$/, 'WEAVE_PROJECT must be entity/project')
    .optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url('OTEL_EXPORTER_OTLP_ENDPOINT must be an address').optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT must be an address').optional(),
  OTEL_SERVICE_NAME: z.string().default('ratchet'),
  OTEL_SDK_DISABLED: z.string().optional(),
  RATCHET_EXPORT_TIMEOUT_MS: milliseconds.default(10_000),
  RATCHET_EXIT_MS: milliseconds.optional(),
});

function parseEnvironment(environment: Environment) {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) throw new UsageError(`the environment: ${parsed.error.issues[0]?.message} (${parsed.error.issues[0]?.path.join('.')})`);
  return parsed.data;
}

/** Throws a `UsageError` for variables that say what cannot be. */
export function tracingSetting(traced: Traced, { trace = true, content = traced.contentByDefault }: TracingWords, environment: Environment): TracingSetting {
  if (!trace) return { folder: null, outlets: [], content: false, trials: 'all' };
  const known = parseEnvironment(environment);
  const timeoutMs = known.RATCHET_EXPORT_TIMEOUT_MS;
  const outlets: Outlet[] = [];
  const project = known.WEAVE_PROJECT;
  if (project !== undefined) {
    const attributes = { experiment: traced.experiment, run: traced.run };
    outlets.push({ spool: join(spoolRoot(), `weave-${traced.unique}`), export: { kind: 'weave', project, attributes, timeoutMs } });
  }
  const endpoint = otlpEndpoint(known);
  if (endpoint !== undefined && known.OTEL_SDK_DISABLED !== 'true') {
    outlets.push({ spool: join(spoolRoot(), `otlp-${traced.unique}`), export: { kind: 'otlp', endpoint, serviceName: known.OTEL_SERVICE_NAME, timeoutMs } });
  }
  const many = (traced.freeTrials ?? 0) > mostFreeTrials;
  return { folder: join(tracesRoot(), traced.name), outlets, content, trials: many && outlets.length === 0 ? 'first-repeats' : 'all' };
}

/** For the harness. */
export function isTraced({ trials }: TracingSetting): (trial: Pick<Trial, 'repeat'>) => boolean {
  return trials === 'all' ? () => true : ({ repeat }) => repeat === 0;
}

/** How long one request of an export may take. Throws a `UsageError`. */
export function exportTimeoutMs(environment: Environment): number {
  return parseEnvironment(environment).RATCHET_EXPORT_TIMEOUT_MS;
}

/** How long the person wants an exit to be held up at most. Throws a `UsageError`. */
export function exitMs(environment: Environment): number | undefined {
  return parseEnvironment(environment).RATCHET_EXIT_MS;
}

/** As OpenTelemetry's specification says. */
function otlpEndpoint(known: z.infer<typeof environmentSchema>): string | undefined {
  if (known.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined) return known.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  return known.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? undefined : `${known.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, '')}/v1/traces`;
}
