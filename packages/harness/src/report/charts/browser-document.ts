/** The document that charts are drawn in on a page: its own (`#drawing-document` of package.json, under the condition `browser`). */

/** What a page has, and this package, which is made for Node, has no type of. */
const page = globalThis as unknown as { readonly document: object };

/** Waits for a turn of the page first, so that it answers its reader between two drawings. */
export async function drawingDocument(): Promise<object> {
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
  return page.document;
}
