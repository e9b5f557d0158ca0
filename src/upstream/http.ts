import {
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';
import type { ProxySettings } from '../config/types.ts';
import type { Peer } from '../rpc/peer.ts';
import { rawFetch } from '../rpc/raw-fetch.ts';
import { rawEventStream } from '../rpc/raw-sse.ts';

export interface HttpSpec {
  type: 'http' | 'sse';
  url: string;
  headers: Record<string, string>;
  proxy: ProxySettings;
}

/** The SDK's transport for `spec`, with the peer's answers taken off before it parses them. */
export function httpTransport(spec: HttpSpec, peer: () => Peer, onLost: () => void): Transport {
  const dispatcher = dispatcherFor(spec.proxy);
  const base = ((url: string | URL, init?: RequestInit) =>
    undiciFetch(url, { ...(init as object), dispatcher })) as unknown as typeof fetch;
  const url = new URL(spec.url);
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

/** No timeouts of its own (calls have their deadlines here); proxies, but never for loopback. */
function dispatcherFor(proxy: ProxySettings): EnvHttpProxyAgent {
  const noProxy = ['localhost', '127.0.0.1', '::1', '[::1]', proxy.no].filter(Boolean).join(',');
  return new EnvHttpProxyAgent({
    httpProxy: proxy.http,
    httpsProxy: proxy.https || proxy.http,
    noProxy,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
