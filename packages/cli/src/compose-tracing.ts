/** Wires the traces of a command: local files always, services where they are configured, and a word at the end on what waits. */
import { rmSync } from 'node:fs';
import { systemClock } from '@ratchet/core';
import { type DeliveryReport, type Export, startExport } from '@ratchet/observability';
import { exportEnvironment, missingKey } from './export-environment.ts';
import { type OpenTracer, openTracer } from './open-tracer.ts';
import { readEnvironment } from './read-environment.ts';
import { type SendingPace, sendingPaces } from './sending-pace.ts';
import { claimSpool, releaseSpool } from './spool-folders.ts';
import type { Output } from './terminal/output.ts';
import { exitMs, type Outlet, type Traced, type TracingSetting, type TracingWords, tracingSetting } from './tracing-setting.ts';
import { type ReportedRun, weaveReport } from './weave-report.ts';

export interface Tracing extends Pick<OpenTracer, 'tracer'> {
  readonly setting: TracingSetting;
  /** Tells Weave of a finished run, where it is configured. */
  report(run: Omit<ReportedRun, 'content'>): void;
  /** Sends what can be sent in the time that an exit may take, and says what could not. Never throws. */
  finish(): Promise<void>;
}

export interface ComposedWords extends TracingWords {
  readonly fresh: boolean;
  readonly pace: keyof typeof sendingPaces;
}

/** `fresh` removes the local traces of the run that it replaces. Throws a `UsageError` for an environment that says what cannot be. */
export function composeTracing(traced: Traced, words: ComposedWords, output: Output): Tracing {
  const environment = readEnvironment();
  const setting = tracingSetting(traced, words, environment);
  const pace = sendingPaces[words.pace];
  const named = exitMs(environment);
  const clock = systemClock();
  const begunAt = clock.now();
  if (words.fresh && setting.folder !== null) rmSync(setting.folder, { recursive: true, force: true });
  const exports = setting.outlets.map((outlet) => ({ outlet, running: begin(outlet, environment, { pace, output }) }));
  const open = openTracer(setting, 'main');
  return {
    setting,
    tracer: open.tracer,
    report: (run) => {
      for (const { spool, export: to } of setting.outlets) {
        if (to.kind === 'weave') for (const record of weaveReport({ ...run, content: setting.content })) open.add(spool, JSON.stringify(record));
      }
    },
    finish: async () => {
      const deadlineMs = pace.exitMs(clock.now() - begunAt, named);
      open.close();
      const reports = await Promise.all(exports.map(async ({ outlet, running }) => ({ outlet, report: await running?.finish(deadlineMs) })));
      for (const { outlet, report } of reports) {
        releaseSpool(outlet.spool);
        const note = noteOf(outlet, report);
        if (note !== undefined) output.note(note);
      }
    },
  };
}

/** undefined where nothing can be sent now: what is traced waits. Whatever is wrong here must not keep the command from its work. */
function begin(
  { spool, export: setting }: Outlet,
  environment: ReturnType<typeof readEnvironment>,
  { pace, output }: { readonly pace: SendingPace; readonly output: Output },
): Export | undefined {
  try {
    claimSpool(spool, setting);
    const missing = missingKey(setting, environment);
    if (missing !== undefined) {
      output.note(`traces: ${missing} is not set, so what is traced waits for \`pnpm ratchet weave-sync\``);
      return undefined;
    }
    return startExport({ folder: spool, setting, retry: false, share: pace.share }, exportEnvironment(setting, environment));
  } catch (error) {
    output.note(`traces: ${(error as Error).message}`);
    return undefined;
  }
}

export function serviceName({ export: setting }: Pick<Outlet, 'export'>): string {
  return setting.kind === 'weave' ? `Weave (${setting.project})` : `OpenTelemetry (${setting.endpoint})`;
}

/** What is many was not counted one by one. */
function countText(lines: number): string {
  return lines < 1_000 ? String(lines) : `about ${(100 * Math.round(lines / 100)).toLocaleString('en')}`;
}

function noteOf(outlet: Outlet, report: DeliveryReport | undefined): string | undefined {
  if (report === undefined) return undefined;
  const { sentLines, refusedLines, leftBytes, leftLines, problem } = report;
  const sent = `traces: ${sentLines.toLocaleString('en')} records sent to ${serviceName(outlet)}`;
  if (leftBytes + refusedLines === 0) return sent;
  const waiting = leftLines === undefined ? 'the rest waits' : `${countText(leftLines + refusedLines)} wait`;
  return `${sent}, ${waiting} on disk${problem === undefined ? ', so as not to hold you up' : ` (${problem})`}: \`pnpm ratchet weave-sync\` sends them`;
}
