/** The health check of the image: exit code 0 if the address answers with 200. */
const response = await fetch(process.argv[2] ?? 'http://127.0.0.1:8787/healthz', { signal: AbortSignal.timeout(2500) }).catch(() => undefined);
process.exit(response?.status === 200 ? 0 : 1);
