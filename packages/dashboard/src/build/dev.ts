/** `pnpm --filter @ratchet/dashboard dev`: the page from its sources, changed while one looks; a service on port 8787 answers it. */
import { createServer } from 'vite';
import { viteSettings } from './vite-settings.ts';

const service = process.env['RATCHET_URL'] ?? 'http://127.0.0.1:8787';
const proxy = Object.fromEntries(['/api', '/v1', '/healthz', '/readyz'].map((path) => [path, service]));
const server = await createServer({ ...viteSettings, server: { host: '127.0.0.1', port: 5173, proxy } });
await server.listen();
server.printUrls();
