/** The Model Context Protocol over the standard streams of a process, for the person who started it. */
import type { McpParts } from './mcp-server.ts';

/** Resolves when `signal` is aborted, or the client closes the stream. */
export async function serveMcpOverStdio(parts: McpParts, signal: AbortSignal): Promise<void> {
  const [{ serveStdio }, { mcpServer }] = await Promise.all([import('@modelcontextprotocol/server/stdio'), import('./mcp-server.ts')]);
  const asker = { keyId: '-', tenant: 'local', shares: true, budgetUsd: null };
  const handle = serveStdio(() => mcpServer(parts, { asker, scopes: ['infer', 'feedback', 'admin'] }));
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    process.stdin.once('close', () => resolve());
    process.stdin.once('end', () => resolve());
  });
  await handle.close();
}
