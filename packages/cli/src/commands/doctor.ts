/** `doctor`: looks whether this machine is ready, and says what to do where it is not. It changes nothing. */
import type { Check } from '../doctor/check.ts';
import { folderChecks } from '../doctor/folder-checks.ts';
import { providerChecks } from '../doctor/provider-checks.ts';
import { pythonCheck } from '../doctor/python-check.ts';
import { storeChecks } from '../doctor/store-checks.ts';
import { toolChecks } from '../doctor/tool-checks.ts';
import { tracingChecks } from '../doctor/tracing-checks.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import { wrapped } from '../terminal/wrapped.ts';

export interface DoctorWords {
  readonly json: boolean;
  /** A catalogue of the user's own. */
  readonly models?: string;
  /** Of a service, in the place of the usual one. */
  readonly store?: string;
}

/** Exit code 2 for a fault; warnings are none. With `--quiet`, what is in order is left out. */
export async function doctorCommand({ json, models, store }: DoctorWords, output: Output): Promise<number> {
  const groups = await Promise.all([toolChecks(), folderChecks(), providerChecks(models), storeChecks(store), tracingChecks(), pythonCheck()]);
  const checks = groups.flat();
  const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length;
  const [warnings, faults] = [count('warning'), count('fault')];
  if (json) output.result(JSON.stringify({ ok: faults === 0, warnings, faults, checks }, null, 2));
  else {
    const shown = checks.filter(({ state }) => !output.quiet || state !== 'ok');
    const width = Math.max(...checks.map(({ name }) => name.length));
    for (const check of shown) output.result(linesOf(check, width, output));
    if (!output.quiet) output.result(`\n${verdict(warnings, faults)}`);
  }
  return faults > 0 ? exitCodes.usage : exitCodes.ok;
}

function linesOf({ state, name, found, todo }: Check, width: number, { paint, columns }: Output): string {
  const colour = { ok: paint.green, warning: paint.yellow, fault: paint.red }[state];
  const indent = 9 + width + 2;
  const text = wrapped(found, { indent, columns });
  const advice = todo === undefined ? '' : `\n${' '.repeat(indent)}${paint.bold(wrapped(`-> ${todo}`, { indent, columns }))}`;
  return `${colour(state.padEnd(7))}  ${name.padEnd(width)}  ${text}${advice}`;
}

function verdict(warnings: number, faults: number): string {
  const some = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
  if (faults > 0) return `${some(faults, 'fault')}, ${some(warnings, 'warning')}: see the arrows.`;
  if (warnings > 0) return `Ready, with ${some(warnings, 'warning')}. Next: pnpm ratchet`;
  return 'Ready. Next: pnpm ratchet';
}
