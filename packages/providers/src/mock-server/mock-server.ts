/** A server that answers with simulated models, over the wire formats of OpenAI and Anthropic. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@ratchet/core';
import type { SimulatedModels } from '../simulated/simulated-models.ts';
import type { FaultFile, FaultRule } from './fault-rules.ts';
import { requestHandler } from './request-handler.ts';

export interface MockServerOptions {
  /** Of real time. */
  readonly clock: Clock;
  /** The time of day, which answers are dated with. */
  readonly wallClock: () => Date;
  /** 0, or none, for one that is free. */
  readonly port?: number;
  /** By default the loopback interface alone. */
  readonly host?: string;
  /** Decides how chance falls on requests without the header `x-ratchet-luck`. */
  readonly seed?: number;
  /** Real seconds that a simulated one takes: 0, the default, for answers at once, 1 for the latencies of the simulation. */
  readonly timeScale?: number;
  readonly faults?: FaultFile;
  /** Told of each fault that strikes a request. */
  readonly onFault?: (fault: FaultRule, path: string) => void;
  /** Told of what went wrong in the server itself; its client gets a 500. */
  readonly onError?: (error: unknown) => void;
}

export interface MockServer {
  /** Without a path: `http://127.0.0.1:8080`. Anthropic's SDK takes it as it is, OpenAI's with `/v1`. */
  readonly url: string;
  readonly port: number;
  /** Refuses new connections, and resolves when the requests under way are answered. */
  close(): Promise<void>;
}

/** Rejects with what the system says where the port cannot be had. */
export async function startMockServer(models: SimulatedModels, options: MockServerOptions): Promise<MockServer> {
  const { clock, wallClock, host = '127.0.0.1', seed = 0, timeScale = 0, faults, onFault = () => undefined, onError = () => undefined } = options;
  let state: 'open' | 'refusing' | 'closed' = 'open';
  let port = options.port ?? 0;
  const refuse = (forMs: number): void => {
    if (state !== 'open' || forMs === 0) return;
    state = 'refusing';
    server.close();
    const reopen = async (): Promise<void> => {
      await clock.sleep(forMs);
      if (state !== 'refusing') return;
      state = 'open';
      await listen(server, port, host);
    };
    reopen().catch(onError);
  };
  const handle = requestHandler({ models, clock, wallClock, seed, timeScale, faults, onFault, refuse });
  const underWay = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    if (state !== 'open') response.setHeader('connection', 'close');
    handle(request, response).catch(onError);
  });
  await listen(server, port, host);
  const address = server.address() as AddressInfo;
  port = address.port;
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        state = 'closed';
        // A client would keep its connection for some seconds more, and the server with it.
        for (const response of underWay) if (!response.headersSent) response.setHeader('connection', 'close');
        server.close(() => resolve());
      }),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
