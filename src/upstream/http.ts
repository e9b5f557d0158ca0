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
  const base = upstreamFetch(spec.proxy);
  const url = new URL(spec.url);
  const requestInit = { headers: spec.headers };
  if (spec.type === 'sse') {
    return new SSEClientTransport(url, { fetch: rawEventStream(peer, base, onLost), requestInit });
  }
  const fetch = rawFetch(peer, base, id => transport.resumeStream(id));
  const transport = new StreamableHTTPClientTransport(url, { fetch, requestInit });
  return transport;
}

/** undici's fetch: no timeouts of its own (calls have their deadlines here); proxies, but never for loopback. */
function upstreamFetch(proxy: ProxySettings): typeof fetch {
  const noProxy = ['localhost', '127.0.0.1', '::1', '[::1]', proxy.no].filter(Boolean).join(',');
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: proxy.http,
    httpsProxy: proxy.https || proxy.http,
    noProxy,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const withDispatcher = (url: string | URL, init?: RequestInit) =>
    undiciFetch(url, { ...(init as object), dispatcher });
  return withDispatcher as unknown as typeof fetch;
}
