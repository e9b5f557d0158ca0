import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpxError } from '../../errors.ts';

export interface Loopback {
  /** `http://127.0.0.1:PORT` */
  base: string;
  /** Ends it at once, and every connection to it. */
  close(): void;
}

/** Where browsers of this machine can reach us, on `port` or any that is free. Requests that were meant for others are refused. */
export async function listenOnLoopback(
  port: number | undefined,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Loopback> {
  const server = createServer({ headersTimeout: 15_000, requestTimeout: 30_000 });
  try {
    server.listen(port ?? 0, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    throw new McpxError('CANNOT_LISTEN', `cannot listen on 127.0.0.1:${port}: ${(error as Error).message}`, {
      help: 'Choose another `auth.callbackPort`, or end what has that port.',
    });
  }
  const bound = (server.address() as AddressInfo).port;
  const hosts = new Set([`127.0.0.1:${bound}`, `localhost:${bound}`]);
  server.on('request', (request, response) => {
    if (hosts.has(request.headers.host ?? '')) {
      answer(request, response).catch(() => response.destroy()); // what goes wrong with one request is its own
    } else response.writeHead(403).end();
  });
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { base: `http://127.0.0.1:${bound}`, close };
}
