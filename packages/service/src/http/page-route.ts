/** The page that people use the service with: files of a build, which need no key and hold no secret. */
import { ServiceError } from '../service-error.ts';
import { type HttpContext, type Route, route } from './route.ts';

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same, gzipped; absent where that would not be shorter. */
  readonly gzipped?: Uint8Array<ArrayBuffer>;
  /** Such as `text/javascript; charset=utf-8`. */
  readonly type: string;
  /** Another for other bytes: letters and digits. */
  readonly hash: string;
}

/** Where the files of the page are. */
export interface PageFiles {
  /** `index.html`, or `assets/...`; undefined where there is none. */
  file(name: string): PageFile | undefined;
  /** Shown in the place of a page that is not there: what to do. */
  readonly howToBuild: string;
}

const headers = {
  'content-security-policy': [
    "default-src 'self'",
    "img-src 'self' data:",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Names of a build have a hash of their content in them: what was read once is never asked for again. */
const forever = 'public, max-age=31536000, immutable';

export function pageRoutes(page: PageFiles): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/',
      scope: null,
      summary: 'The page',
      answer: 'text/html',
      handle: ({ context }) => {
        const file = page.file('index.html');
        if (file === undefined)
          return new Response(noPage(page.howToBuild), { status: 404, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } });
        const tag = `"${file.hash}"`;
        const common = { ...headers, etag: tag, 'cache-control': 'no-cache' };
        if (context.req.header('if-none-match') === tag) return new Response(null, { status: 304, headers: common });
        return fileResponse(file, { context, headers: common });
      },
    }),
    route({
      method: 'get',
      path: '/assets/{name}',
      scope: null,
      summary: 'A file of the page: script, style, picture, font',
      answer: '*/*',
      handle: ({ context }) => {
        const file = page.file(`assets/${context.req.param('name') ?? ''}`);
        if (file === undefined) throw new ServiceError(404, 'there is no such file of the page', { code: 'not_found' });
        return fileResponse(file, { context, headers: { ...headers, 'cache-control': forever } });
      },
    }),
  ];
}

function fileResponse(
  { bytes, gzipped, type }: PageFile,
  { context, headers: given }: { readonly context: HttpContext; readonly headers: Record<string, string> },
): Response {
  const zips = gzipped !== undefined && /\bgzip\b/.test(context.req.header('accept-encoding') ?? '');
  const encoding: Record<string, string> = zips ? { 'content-encoding': 'gzip' } : {};
  return new Response(zips ? gzipped : bytes, { headers: { ...given, ...encoding, 'content-type': type, vary: 'accept-encoding' } });
}

function noPage(howToBuild: string): string {
  const escaped = howToBuild.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Ratchet</title><h1>The page is not built</h1><p>${escaped}</p></html>`;
}
