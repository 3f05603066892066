/** Where traces are sent: Weave, OpenTelemetry, and what waits for them. */
import { serviceName } from '../compose-tracing.ts';
import { missingKey } from '../export-environment.ts';
import { readEnvironment } from '../read-environment.ts';
import { leftSpools } from '../spool-folders.ts';
import { tracingSetting } from '../tracing-setting.ts';
import { UsageError } from '../usage-error.ts';
import { type Check, fault, ok, warning } from './check.ts';

/** Forms of W&B's keys are at least so long. */
const shortestKey = 40;

export function tracingChecks(): readonly Check[] {
  return [settingCheck(), ...spoolChecks()];
}

function settingCheck(): Check {
  const environment = readEnvironment();
  try {
    const { outlets } = tracingSetting({ name: 'doctor', experiment: 'doctor', run: 'doctor', contentByDefault: false, unique: 'doctor' }, {}, environment);
    if (outlets.length === 0) return ok('traces', 'stay on this machine: neither WEAVE_PROJECT nor an OpenTelemetry endpoint is set');
    const names = outlets.map(serviceName).join(' and ');
    const missing = outlets.flatMap(({ export: setting }) => missingKey(setting, environment) ?? []);
    if (missing.length > 0)
      return warning('traces', `${names}: ${missing.join(', ')} is not set, so traces wait in files`, 'take one from https://wandb.ai/authorize');
    const key = environment['WANDB_API_KEY'] ?? '';
    if (outlets.some(({ export: { kind } }) => kind === 'weave') && (key.length < shortestKey || /\s/.test(key)))
      return warning('traces', `${names}: WANDB_API_KEY does not look like a key (${key.length} characters)`, 'take one from https://wandb.ai/authorize');
    return ok('traces', `are sent to ${names}; it is not tried`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return fault('traces', error.message, 'mend or unset that variable: docs/observability.md');
  }
}

function spoolChecks(): readonly Check[] {
  const waiting = [...new Set(leftSpools().map((left) => serviceName({ export: left.setting })))];
  return waiting.length === 0 ? [] : [warning('waiting', `traces for ${waiting.join(' and ')} have not been sent`, 'pnpm ratchet weave-sync')];
}
