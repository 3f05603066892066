/** The server in front of an application: where it listens, and how long it waits for a client. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { HttpApp } from './create-app.ts';

export interface Listening {
  /** Without a path: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /** Refuses new connections, and resolves when the requests under way are answered. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 for one that is free. */
  readonly port: number;
}

const headersMs = 10_000;
const requestMs = 60_000;
const mostHeaderBytes = 16_384;
/** Longer than clients and balancers keep a connection that nobody uses: who ends it first cannot break a request that is on its way. */
const keepAliveMs = 75_000;

/** Rejects with what the system says where the port cannot be had. */
export async function listen({ app, straight }: HttpApp, { host, port }: ListenOptions): Promise<Listening> {
  const handle = getRequestListener(app.fetch);
  let underWay = 0;
  let ending = false;
  // Not just idle ones: a connection that never asked for anything would keep a server that ends for a minute.
  const endUnused = (): void => {
    if (ending && underWay === 0) server.closeAllConnections();
  };
  const server = createServer(
    { headersTimeout: headersMs, requestTimeout: requestMs, keepAliveTimeout: keepAliveMs, maxHeaderSize: mostHeaderBytes },
    (request, response) => {
      underWay += 1;
      response.on('close', () => {
        underWay -= 1;
        endUnused();
      });
      if (!straight(request, response)) void handle(request, response);
    },
  );
  await begin(server, { host, port });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        ending = true;
        server.close(() => resolve());
        server.closeIdleConnections();
        endUnused();
      }),
  };
}

function begin(server: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
