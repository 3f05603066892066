/** Takes the lines of a spool to W&B Weave, through its SDK. Loaded only where Weave is configured. */
import type { SpanRecord } from '../span-record.ts';
import { type Destination, type OnSent, Refused } from '../spool/destination.ts';
import { weaveAttributes, weaveCallId, weaveInputs, weaveOpName, weaveOutput, weaveTime, weaveTraceId, weaveUsage } from './weave-call.ts';
import { type FinishedCall, weaveCalls } from './weave-calls.ts';
import { weaveObjects } from './weave-objects.ts';
import { parseWeaveLine, type WeaveLine, type WeaveRecord } from './weave-record.ts';
import { type CallEntry, type CallState, openWeaveSdk, type SavedRef } from './weave-sdk.ts';
import { weaveTransport } from './weave-transport.ts';

export interface WeaveSetting {
  /** `entity/project`. */
  readonly project: string;
  readonly timeoutMs: number;
  /** What every call is marked with: experiment, run. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Calls that are sent in one request, and such requests at once. */
const callsTogether = 500;
const requestsAtOnce = 4;
/** Scores and objects take a small request each. Sent again, as those are of which it is not known that they were, they are there once all the same. */
const publishedTogether = 20;

/** `refs` are the references of objects that were published before, and are added to. Throws where there is no key. */
export async function weaveDestination({ project, timeoutMs, attributes: ofRun }: WeaveSetting, refs: Map<string, string>): Promise<Destination> {
  const transport = weaveTransport(timeoutMs);
  const sdk = await openWeaveSdk(project, transport.fetch);
  const { client } = sdk;
  const objects = weaveObjects(sdk, transport, refs);
  const calls = weaveCalls(client);
  /** Tokens of calls within, by the call that has not come yet. */
  const open = new Map<string, CallEntry>();
  /** Sent out of order when something before them could not be: not to be sent twice. */
  let ahead = new Set<string>();

  const made = new Map<string, { start?: FinishedCall['start']; end?: FinishedCall['end'] }>();
  client.saveCallStart = (start) => {
    made.set(start.id, { ...made.get(start.id), start });
  };
  client.saveCallEnd = (end) => {
    made.set(end.id, { ...made.get(end.id), end });
  };

  const entryOf = (traceId: string, spanId: string): CallEntry => {
    const callId = weaveCallId(traceId, spanId);
    let entry = open.get(callId);
    if (entry === undefined) {
      entry = { callId, traceId: weaveTraceId(traceId), childSummary: {} };
      open.set(callId, entry);
    }
    return entry;
  };

  /** Through the SDK, which makes of it what it would make of an operation of its own. */
  const makeCall = async (span: SpanRecord, op: SavedRef, extra: Extra = {}): Promise<FinishedCall> => {
    const entry = entryOf(span.traceId, span.spanId);
    const parent = span.parentId === null ? undefined : entryOf(span.traceId, span.parentId);
    const state: CallState = { callSchema: { display_name: null }, updateWithCallSchemaData: () => undefined, state: undefined };
    const inputs = { ...weaveInputs(span), ...extra.inputs };
    const marks = { ...weaveAttributes(span, ofRun), ...extra.attributes };
    const at = (ms: number) => ({ toISOString: () => weaveTime(ms) });
    const started = client.createCall(state, op, [inputs], 'useParam0Object', undefined, entry, parent, at(span.startedAtMs), extra.displayName, marks);
    const endedAt = at(span.startedAtMs + span.durationMs);
    if (span.error === undefined) {
      const usage = weaveUsage(span);
      const output = 'output' in extra ? extra.output : weaveOutput(span);
      await client.finishCall(state, output, entry, parent, usage === undefined ? undefined : () => usage, endedAt, started);
    } else {
      const { kind, message } = span.error;
      await client.finishCallWithException(state, new Error(message === undefined ? kind : `${kind}: ${message}`), entry, parent, endedAt, started);
    }
    open.delete(entry.callId);
    const { start, end } = made.get(entry.callId) ?? {};
    made.delete(entry.callId);
    if (start === undefined || end === undefined) throw new Error('the SDK made no call of a span');
    return { start, end };
  };

  const toCall = (line: CallLine, op: SavedRef): Promise<FinishedCall> => {
    switch (line.kind) {
      case 'span':
        return makeCall(line.span, op);
      case 'call':
        return makeCall(line.span, op, {
          inputs: objects.resolved(line.refs),
          attributes: line.attributes,
          output: line.output,
          displayName: line.displayName,
        });
      case 'image':
        return makeCall(line.span, op, { output: objects.image(line.pngBase64) });
      default:
        return line satisfies never;
    }
  };

  /** Calls in requests side by side; told in their order how many are done with. */
  const sendCalls = async (lines: readonly Numbered[], onSent: OnSent): Promise<void> => {
    for (const together of chunked(lines, callsTogether * requestsAtOnce)) {
      const names = new Set(together.map(({ line }) => weaveOpName((line as CallLine).span.name)));
      const ops = new Map(await Promise.all([...names].map(async (name) => [name, await objects.op(name)] as const)));
      // All begun in the order of the lines, in which calls within come first: the SDK adds up their tokens.
      const making = together.map((one) => ({ one, call: toCall(one.line as CallLine, ops.get(weaveOpName((one.line as CallLine).span.name)) as SavedRef) }));
      const sendings = chunked(making, callsTogether).map(async (chunk) => {
        const finished = await Promise.all(chunk.map(async ({ one, call }) => ({ one, call: await call })));
        const textOf = new Map(finished.map(({ one, call }) => [call.start.id, one.text]));
        const fresh = finished.map(({ call }) => call).filter(({ start }) => !ahead.has(start.id));
        const notTaken = await calls.send(fresh);
        for (const call of fresh) if (!notTaken.includes(call)) ahead.add(call.start.id);
        return { refused: notTaken.map(({ start }) => textOf.get(start.id) as string), upTo: (chunk.at(-1)?.one.index ?? -1) + 1 };
      });
      for (const one of await Promise.allSettled(sendings)) {
        if (one.status === 'rejected') throw one.reason;
        onSent(one.value.upTo, one.value.refused);
      }
      ahead = new Set();
    }
  };

  /** Side by side, or one after the other where later ones refer to earlier ones. */
  const publish =
    (atOnce: number) =>
    async (lines: readonly Numbered[], onSent: OnSent): Promise<void> => {
      for (const together of chunked(lines, publishedTogether)) {
        const refused: string[] = [];
        for (const group of chunked(together, atOnce)) {
          const settled = await Promise.allSettled(group.map(({ line }) => objects.publish(line as Published)));
          for (const [index, one] of settled.entries()) {
            if (one.status === 'fulfilled') continue;
            if (!(one.reason instanceof Refused)) throw one.reason;
            refused.push((group[index] as Numbered).text);
          }
        }
        onSent((together.at(-1)?.index ?? -1) + 1, refused);
      }
    };

  const ways = { calls: sendCalls, scores: publish(publishedTogether), objects: publish(1) } as const;

  return {
    send: async (lines, onSent) => {
      let group: Numbered[] = [];
      let way: keyof typeof ways = 'calls';
      const sendGroup = async (): Promise<void> => {
        const now = group;
        group = [];
        await ways[way](now, onSent);
      };
      for (const [index, text] of lines.entries()) {
        const line = parseWeaveLine(text);
        // What a crash cut to pieces is nobody's any more.
        if (line === undefined) continue;
        const next = wayOf(line);
        if (next !== way) await sendGroup();
        way = next;
        group.push({ line, text, index });
      }
      await sendGroup();
    },
  };
}

function chunked<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

type CallLine = Exclude<WeaveLine, Published>;
type Published = Extract<WeaveRecord, { kind: 'dataset' | 'object' | 'feedback' }>;

function wayOf({ kind }: WeaveLine): 'calls' | 'scores' | 'objects' {
  if (kind === 'feedback') return 'scores';
  return kind === 'dataset' || kind === 'object' ? 'objects' : 'calls';
}

interface Extra {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly output?: unknown;
  readonly displayName?: string | undefined;
}

interface Numbered {
  readonly line: WeaveLine | WeaveRecord;
  readonly text: string;
  /** Its place among the lines that are sent. */
  readonly index: number;
}
