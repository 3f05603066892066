/** What the thread that talks to a service sees of the environment: where the service is, and its key. */
import type { ExportSetting } from '@ratchet/observability';
import type { Environment } from '@ratchet/providers';

const variables: Readonly<Record<ExportSetting['kind'], readonly string[]>> = {
  weave: ['WANDB_API_KEY', 'WANDB_BASE_URL', 'WF_TRACE_SERVER_URL', 'NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'NODE_USE_ENV_PROXY'],
  otlp: ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_COMPRESSION', 'NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY'],
};

export function exportEnvironment({ kind }: ExportSetting, environment: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    variables[kind].flatMap((name) => {
      const value = environment[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

/** undefined when nothing is missing. */
export function missingKey({ kind }: ExportSetting, environment: Environment): string | undefined {
  return kind === 'weave' && (environment['WANDB_API_KEY'] ?? '') === '' ? 'WANDB_API_KEY' : undefined;
}
