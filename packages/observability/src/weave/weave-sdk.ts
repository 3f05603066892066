/**
 * The real SDK, as far as it is used: its client makes calls, operations, data sets and objects; what it would do over the
 * network by itself (batches, retries for minutes, the end of the process) is taken over by ours.
 */
import { createRequire } from 'node:module';
import type { WeaveClient } from 'weave';

/** Of one version: what is used stands in no public type. */
const knownVersion = '0.11.1';

export interface CallEntry {
  readonly callId: string;
  readonly traceId: string;
  readonly childSummary: Record<string, unknown>;
}

export interface SavedRef {
  uri(): string;
}

/** The two methods of a call that the SDK's client asks of it. */
export interface CallState {
  readonly callSchema: { readonly display_name: null };
  updateWithCallSchemaData(data: unknown): void;
  state: unknown;
}

interface SdkTime {
  toISOString(): string;
}

/** A call of the v1 protocol in two parts. */
export type StartedCall = Readonly<Record<string, unknown>> & { readonly id: string };
export type EndedCall = Readonly<Record<string, unknown>> & { readonly id: string };

export interface SdkClient {
  readonly projectId: string;
  readonly traceServerApi: {
    customFetch: typeof fetch;
    readonly call: { callStartBatchCallUpsertBatchPost(body: { readonly batch: readonly unknown[] }): Promise<unknown> };
    readonly feedback: { feedbackCreateFeedbackCreatePost(body: Readonly<Record<string, unknown>>): Promise<unknown> };
    request(wanted: Readonly<Record<string, unknown>>): Promise<unknown>;
  };
  saveCallStart(call: StartedCall): void;
  saveCallEnd(call: EndedCall): void;
  saveOp(op: unknown): Promise<SavedRef>;
  publish(value: unknown, id?: string): Promise<SavedRef>;
  createCall(
    call: CallState,
    opRef: SavedRef,
    params: readonly unknown[],
    parameterNames: 'useParam0Object',
    thisArg: undefined,
    entry: CallEntry,
    parent: CallEntry | undefined,
    startedAt: SdkTime,
    displayName: string | undefined,
    attributes: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  finishCall(
    call: CallState,
    result: unknown,
    entry: CallEntry,
    parent: CallEntry | undefined,
    summarize: ((result: unknown) => object) | undefined,
    endedAt: SdkTime,
    started: Promise<void>,
  ): Promise<void>;
  finishCallWithException(
    call: CallState,
    error: Error,
    entry: CallEntry,
    parent: CallEntry | undefined,
    endedAt: SdkTime,
    started: Promise<void>,
  ): Promise<void>;
}

export interface WeaveSdk {
  readonly client: SdkClient;
  readonly weave: typeof import('weave');
}

const used = ['saveCallStart', 'saveCallEnd', 'saveOp', 'publish', 'createCall', 'finishCall', 'finishCallWithException'] as const;

/** Loads it, with a `fetch` that it must use. Makes no request. Throws an Error for another version than the one that is known, and without a key. */
export async function openWeaveSdk(project: string, fetch: typeof globalThis.fetch): Promise<WeaveSdk> {
  const weave = await import('weave');
  const opened: WeaveClient = await weave.init(project, { printCallLink: false });
  const client = opened as unknown as SdkClient;
  const missing = used.filter((name) => typeof client[name] !== 'function');
  const version = sdkVersion();
  if (version !== knownVersion || missing.length > 0 || typeof client.traceServerApi.customFetch !== 'function')
    throw new Error(`the package weave must be version ${knownVersion}, not ${version}${missing.length === 0 ? '' : ` (no ${missing.join(', ')})`}`);
  client.traceServerApi.customFetch = fetch;
  return { client, weave };
}

/** The package exports neither its version nor its package.json. */
function sdkVersion(): string {
  const require = createRequire(import.meta.url);
  const { packageVersion } = require(require.resolve('weave').replace(/index\.js$/, 'utils/userAgent.js')) as { packageVersion: string };
  return packageVersion;
}
