/** `/mcp`: the Model Context Protocol over HTTP, behind the same keys, and behind checks of Host and Origin. */
import type { Context } from 'hono';
import type { KeyRing } from '../keys/key-ring.ts';
import { ServiceError } from '../service-error.ts';
import type { McpParts } from './mcp-server.ts';

export interface McpRouteParts extends McpParts {
  readonly ring: KeyRing;
  /** Host names by which clients may reach it, beside those of this machine; a rebound name is none of them. */
  readonly hosts: readonly string[];
  readonly mostBodyBytes: number;
}

/** Throws a `ServiceError` as every route does. */
export async function answerMcp(context: Context, { ring, hosts, mostBodyBytes, ...parts }: McpRouteParts): Promise<Response> {
  // Loaded when somebody speaks the protocol.
  const [sdk, { mcpServer }] = await Promise.all([import('@modelcontextprotocol/server'), import('./mcp-server.ts')]);
  const request = context.req.raw;
  const refused =
    sdk.hostHeaderValidationResponse(request, [...sdk.localhostAllowedHostnames(), ...hosts]) ??
    sdk.originValidationResponse(request, [...sdk.localhostAllowedOrigins(), ...hosts]);
  if (refused !== undefined) return refused;
  const key = await ring.admit(context.req.header('authorization'), 'infer');
  if (request.method === 'POST' && !(Number(context.req.header('content-length')) <= mostBodyBytes)) {
    throw new ServiceError(413, `a body of a stated length of at most ${mostBodyBytes} bytes is needed`, { code: 'request_too_large' });
  }
  const asker = { keyId: key.id, tenant: key.tenant, shares: key.shares, budgetUsd: key.budgetUsd };
  const handler = sdk.createMcpHandler(() => mcpServer(parts, { asker, scopes: key.scopes }));
  return handler.fetch(request);
}
