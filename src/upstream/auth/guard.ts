import { type LookupAddress, lookup as resolve } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { fetch as undiciFetch } from 'undici';
import type { ProxySettings } from '../../config/types.ts';
import { McpxError } from '../../errors.ts';
import { dispatcherFor } from '../dispatcher.ts';
import { type Reach, reachOf } from './addresses.ts';

/** How long one request may take, its answer included. */
const answerMs = 15_000;
/** More than metadata or tokens ever have. */
const maxBytes = 1024 * 1024;

export interface GuardOptions {
  /** Addresses that the configuration names: their hosts are not asked where they are. */
  trusted: string[];
  proxy: ProxySettings;
}

/**
 * Reaches what a server names, such as its authorization server, but nothing that a server has no business naming:
 * addresses of this machine or the local network, unless the server itself is there; other schemes than http and https;
 * answers that are long or slow. A name is resolved once, and the address that was looked at is the one connected to.
 */
export class Guard {
  readonly #trusted: ReadonlySet<string>;
  readonly #server: URL;
  readonly #proxy: ProxySettings;

  /** `server` is the address of the MCP server as configured. */
  constructor(server: string, { trusted, proxy }: GuardOptions) {
    this.#server = new URL(server);
    this.#trusted = new Set([server, ...trusted].map(address => new URL(address).hostname));
    this.#proxy = proxy;
  }

  /** A `fetch` that does not follow redirects, and rejects with a TypeError like any other. */
  readonly fetch = (async (address: string | URL, init: RequestInit = {}) => {
    const url = new URL(address);
    const addresses = await this.check(url).catch(thrown => Promise.reject(unreachable(thrown)));
    const dispatcher = dispatcherFor(this.#proxy, pinned(url.hostname, addresses));
    const deadline = AbortSignal.timeout(answerMs);
    const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
    try {
      const response = await undiciFetch(url, {
        ...(init as object),
        dispatcher,
        signal,
        redirect: 'manual',
      });
      const body = [204, 205, 304].includes(response.status) ? null : await bounded(response, url);
      return new Response(body, { status: response.status, headers: [...response.headers] });
    } catch (thrown) {
      if (init.signal?.aborted) throw thrown;
      throw unreachable(deadline.aborted ? tooSlow(url) : thrown);
    } finally {
      await dispatcher.destroy();
    }
  }) as typeof fetch;

  /** The addresses behind `url`; empty where only a proxy can tell. Throws LOGIN_FAILED for one that nobody should be sent to. */
  async check(url: URL): Promise<LookupAddress[]> {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw refusal(url, 'is no http or https address');
    }
    const addresses = await this.#resolved(url.hostname);
    if (this.#trusted.has(url.hostname)) return addresses;
    const reaches = addresses.map(({ address }) => reachOf(address));
    if (reaches.every(reach => reach === 'public')) return addresses;
    const allowed = await this.#neighbours();
    if (reaches.every(reach => allowed.includes(reach))) return addresses;
    throw refusal(url, 'is an address of this machine or its network, which this server may not name');
  }

  /** A server of the local network may name others there, one of this machine those of this machine as well. */
  async #neighbours(): Promise<Reach[]> {
    const addresses = await this.#resolved(this.#server.hostname);
    const reaches = addresses.map(({ address }) => reachOf(address));
    const isIn = (reach: Reach) => reaches.length > 0 && reaches.every(other => other === reach);
    if (isIn('loopback')) return ['public', 'private', 'loopback'];
    return isIn('private') ? ['public', 'private'] : ['public'];
  }

  async #resolved(hostname: string): Promise<LookupAddress[]> {
    const host = hostname.replace(/^\[|\]$/g, '');
    const family = isIP(host);
    if (family !== 0) return [{ address: host, family }];
    try {
      return await lookup(host, { all: true, verbatim: true });
    } catch (error) {
      if (this.#proxy.http !== '' || this.#proxy.https !== '') return []; // the proxy resolves it
      throw error;
    }
  }
}

/** Resolves `hostname` to what was looked at; other names, such as a proxy's, as ever. */
export function pinned(hostname: string, addresses: LookupAddress[]): LookupFunction {
  return (name, options, callback) => {
    const [first] = addresses;
    if (name !== hostname || first === undefined) return resolve(name, options, callback);
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  };
}

async function bounded(response: { body: AsyncIterable<Uint8Array> | null }, url: URL): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) throw refusal(url, `answers with more than ${maxBytes / 1024 / 1024} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooSlow(url: URL): McpxError {
  return new McpxError('UPSTREAM_UNAVAILABLE', `${url.host} did not answer within ${answerMs / 1000} s`);
}

function refusal({ protocol, host }: URL, why: string): McpxError {
  return new McpxError('LOGIN_FAILED', `${protocol}//${host} ${why}`, {
    help: 'If you trust the server in this, name its authorization server in `auth.issuer`.',
  });
}

/** The SDK takes only a TypeError for a reason to stop; anything else sends it on to guess another address. */
function unreachable(thrown: unknown): TypeError {
  return thrown instanceof TypeError ? thrown : new TypeError('fetch failed', { cause: thrown });
}
