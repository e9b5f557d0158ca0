import {
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { fetch as undiciFetch } from 'undici';
import type { ProxySettings } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import { withoutMarks } from '../exact.ts';
import type { Peer } from '../rpc/peer.ts';
import { rawFetch } from '../rpc/raw-fetch.ts';
import { rawEventStream } from '../rpc/raw-sse.ts';
import { authorisedFetch } from './auth/authorised-fetch.ts';
import type { Login } from './auth/login.ts';
import { dispatcherFor } from './dispatcher.ts';

export interface HttpSpec {
  /** The server's, for errors. */
  name: string;
  type: 'http' | 'sse';
  url: string;
  headers: Record<string, string>;
  proxy: ProxySettings;
  login?: Login;
}

type Answer = Pick<Response, 'status'> & { headers: Pick<Headers, 'get'> };

/** The SDK's transport for `spec`, with the peer's answers taken off before it parses them. */
export function httpTransport(spec: HttpSpec, peer: () => Peer, onLost: () => void): Transport {
  const dispatcher = dispatcherFor(spec.proxy);
  const { login } = spec;
  const plain = (async (url: string | URL, init?: RequestInit) => {
    const body = typeof init?.body === 'string' ? withoutMarks(init.body) : init?.body;
    const response = await undiciFetch(url, { ...(init as object), body: body as string, dispatcher });
    const busy = busyUntil(spec.name, response);
    if (busy === undefined) return response;
    await response.body?.cancel();
    throw busy;
  }) as unknown as typeof fetch;
  const url = new URL(spec.url);
  const base = login === undefined ? plain : authorisedFetch(plain, login, url);
  const requestInit = { headers: spec.headers };
  const transport =
    spec.type === 'sse'
      ? new SSEClientTransport(url, { fetch: rawEventStream(peer, base, onLost), requestInit })
      : new StreamableHTTPClientTransport(url, { fetch: rawFetch(peer, base), requestInit });
  const close = transport.close.bind(transport);
  transport.close = async () => {
    await close();
    await dispatcher.destroy(); // sockets that are kept alive would stay for as long as the server likes
  };
  return transport;
}

/** The refusal of a server that says when to come back (RFC 9110, section 10.2.3); undefined for any other answer. */
function busyUntil(name: string, { status, headers }: Answer): McpxError | undefined {
  const retryAfter = headers.get('retry-after');
  if ((status !== 429 && status !== 503) || retryAfter === null) return undefined;
  const seconds = Number(retryAfter);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(retryAfter) - serversTime(headers);
  if (Number.isNaN(ms)) return undefined;
  const retryAfterMs = Math.max(0, Math.ceil(ms));
  const message = `server "${name}" is busy (HTTP status ${status}) and asks to come back in ${Math.ceil(retryAfterMs / 1_000)} s`;
  return new McpxError('UPSTREAM_BUSY', message, { data: { retryAfterMs } });
}

/** What the server's own clock says, where it tells: ours may be an hour off. Epoch milliseconds. */
function serversTime(headers: Answer['headers']): number {
  const told = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(told) ? Date.now() : told;
}
