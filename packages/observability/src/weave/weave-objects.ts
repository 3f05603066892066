/** What calls refer to in Weave: operations, data sets, versioned objects, and the scores that are put on calls. */
import { weaveCallId } from './weave-call.ts';
import type { WeaveRecord } from './weave-record.ts';
import type { SavedRef, WeaveSdk } from './weave-sdk.ts';
import type { WeaveTransport } from './weave-transport.ts';

export interface WeaveObjects {
  /** Published when first asked for. */
  op(name: string): Promise<SavedRef>;
  publish(record: Extract<WeaveRecord, { kind: 'dataset' | 'object' | 'feedback' }>): Promise<void>;
  /** References in the place of keys; a key that is not known stays as it is. */
  resolved(keys: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  image(pngBase64: string): unknown;
}

export function weaveObjects({ client, weave }: WeaveSdk, transport: WeaveTransport, refs: Map<string, string>): WeaveObjects {
  const ops = new Map<string, Promise<SavedRef>>();
  const reference = (key: string): string => refs.get(key) ?? key;
  const resolved = (keys: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, reference(key)]));
  /** The SDK only prints that a file was not saved. */
  const complete = async <T>(work: () => Promise<T>): Promise<T> => {
    transport.takeFailure();
    const result = await work();
    const failure = transport.takeFailure();
    if (failure !== undefined) throw failure;
    return result;
  };

  const publishDataset = async ({ key, name, description, rows }: Extract<WeaveRecord, { kind: 'dataset' }>): Promise<void> => {
    const dataset = new weave.Dataset({ name, description, rows: rows.map((row, index) => ({ id: String(index), ...row })) });
    const ref = await complete(() => dataset.save());
    refs.set(key, ref.uri());
    for (let index = 0; index < dataset.length; index++) {
      const row = dataset.getRow(index) as { readonly __savedRef?: Promise<SavedRef> };
      const rowRef = await row.__savedRef;
      if (rowRef !== undefined) refs.set(`${key}/rows/${index}`, rowRef.uri());
    }
  };

  const publishObject = async ({ key, className, name, value, refs: keys }: Extract<WeaveRecord, { kind: 'object' }>): Promise<void> => {
    // The class's name is the object's type in Weave.
    const Named = { [className]: class extends weave.WeaveObject {} }[className] as new (parameters: { name: string }) => object;
    const references = Object.fromEntries(Object.entries(keys).map(([field, of]) => [field, typeof of === 'string' ? reference(of) : of.map(reference)]));
    const object = Object.assign(new Named({ name }), value, references);
    refs.set(key, (await complete(() => client.publish(object, name))).uri());
  };

  const score = async (record: Extract<WeaveRecord, { kind: 'feedback' }>): Promise<void> => {
    const callRef = ({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }) =>
      `weave:///${client.projectId}/call/${weaveCallId(traceId, spanId)}`;
    await client.traceServerApi.feedback.feedbackCreateFeedbackCreatePost({
      // So that what is sent twice is there once.
      id: record.id,
      project_id: client.projectId,
      weave_ref: callRef(record.of),
      feedback_type: `wandb.runnable.${record.scorer}`,
      payload: { output: record.output },
      runnable_ref: reference(record.scorerKey),
      call_ref: callRef(record.by),
    });
  };

  return {
    op: (name) => {
      let saved = ops.get(name);
      if (saved === undefined) {
        saved = complete(() => client.saveOp(weave.op(async () => undefined, { name })));
        ops.set(name, saved);
        // The next one tries again.
        saved.catch(() => ops.delete(name));
      }
      return saved;
    },
    publish: async (record) => {
      switch (record.kind) {
        case 'dataset':
          return publishDataset(record);
        case 'object':
          return publishObject(record);
        case 'feedback':
          return score(record);
        default:
          return record satisfies never;
      }
    },
    resolved,
    image: (pngBase64) => weave.weaveImage({ data: Buffer.from(pngBase64, 'base64'), imageType: 'png' }),
  };
}
