/** An answer of JSON, in the plain form that the server can write without making web objects of it first. */

export interface JsonAnswerHead {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export function jsonAnswer(body: object, { status = 200, headers }: JsonAnswerHead = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}
