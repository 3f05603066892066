/** What can go wrong with a question to the service, in words for the reader. */

export class RequestError extends Error {
  /** HTTP status; 0 where the service was not reached. */
  readonly status: number;
  readonly code: string | undefined;

  constructor(status: number, message: string, code?: string) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
    this.code = code;
  }
}

/** What a reader can do about it. */
export function adviceOn(error: unknown): string {
  if (!(error instanceof RequestError)) return 'This is a fault of the page. Reloading it may help; please report it.';
  switch (error.status) {
    case 0:
      return 'The page tries again by itself; it goes on when the service answers.';
    case 401:
      return 'Enter a key that this service knows: it prints one when it first starts, and "pnpm ratchet keys create" makes more.';
    case 403:
      return 'This view needs a key with the scope "admin"; "pnpm ratchet keys create --scope infer,feedback,admin" makes one.';
    case 404:
      return 'It may have been removed, or the link may be old.';
    case 429:
      return "Too much was asked in a short time, or the key's budget is spent.";
    default:
      return error.status >= 500 ? 'The service could not do it just now; its terminal says more.' : 'Change what was asked, and try again.';
  }
}

/** Of an answer that is not 2xx: what OpenAI's form of errors says. */
export async function errorOfResponse(response: Response): Promise<RequestError> {
  const text = await response.text().catch(() => '');
  try {
    const { error } = JSON.parse(text) as { error?: { message?: string; code?: string | null } };
    return new RequestError(response.status, error?.message ?? `the service answered ${response.status}`, error?.code ?? undefined);
  } catch {
    return new RequestError(response.status, `the service answered ${response.status}`);
  }
}
