/** The document that charts are drawn in where there is no browser (`#drawing-document` of package.json). */

/** Loads linkedom when first called. */
export async function drawingDocument(): Promise<object> {
  const { parseHTML } = await import('linkedom');
  return parseHTML('<!doctype html><html><body></body></html>').document;
}
