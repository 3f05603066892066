/** An answer of JSON: as text, which the server writes as it is, and as a web response where something else wants one. */

export interface JsonAnswerHead {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export class JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;

  constructor(body: object, { status = 200, headers }: JsonAnswerHead = {}) {
    this.status = status;
    this.headers = { 'content-type': 'application/json', ...headers };
    this.text = JSON.stringify(body);
  }

  response(): Response {
    return new Response(this.text, { status: this.status, headers: this.headers });
  }
}
