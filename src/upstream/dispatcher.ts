import type { LookupFunction } from 'node:net';
import { EnvHttpProxyAgent } from 'undici';
import type { ProxySettings } from '../config/types.ts';

/** No timeouts of its own (calls have their deadlines here); proxies, but never for loopback. `lookup` resolves host names. */
export function dispatcherFor(proxy: ProxySettings, lookup?: LookupFunction): EnvHttpProxyAgent {
  const noProxy = ['localhost', '127.0.0.1', '::1', '[::1]', proxy.no].filter(Boolean).join(',');
  return new EnvHttpProxyAgent({
    httpProxy: proxy.http,
    httpsProxy: proxy.https || proxy.http,
    noProxy,
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(lookup && { connect: { lookup } }),
  });
}
