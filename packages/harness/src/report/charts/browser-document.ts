/** The document that charts are drawn in on a page: its own (`#drawing-document` of package.json, under the condition `browser`). */

/** Waits for a turn of the page first, so that it answers its reader between two drawings. */
export async function drawingDocument(): Promise<Document> {
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
  return globalThis.document;
}
