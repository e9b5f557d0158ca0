import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { GatewayConfig } from '../config/types.ts';
import { McpxError } from '../errors.ts';

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

const maxDecided = 100;

/** Whether `host`, as given to `listen`, is reachable from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** Refuses requests that a web page could have made through somebody's browser (DNS rebinding, cross-site requests). */
export class Guard {
  readonly #hosts: Set<string>;
  readonly #origins: Set<string>;
  readonly #loopback: boolean;
  readonly #keyed: boolean;
  readonly #namesGiven: boolean;
  /** What was decided about hosts seen before; clients send the same one all the time. */
  readonly #decided = new Map<string, boolean>();

  constructor(gateway: GatewayConfig) {
    const publicUrl = gateway.publicUrl === undefined ? undefined : new URL(gateway.publicUrl);
    this.#hosts = new Set(gateway.allowedHosts.map(nameOf));
    this.#origins = new Set(gateway.allowedOrigins);
    if (publicUrl) {
      this.#hosts.add(publicUrl.hostname);
      this.#origins.add(publicUrl.origin);
    }
    this.#loopback = isLoopback(gateway.host);
    this.#keyed = gateway.keys.length > 0;
    this.#namesGiven = this.#hosts.size > 0;
  }

  /** Throws FORBIDDEN_HOST or FORBIDDEN_ORIGIN. */
  check(headers: IncomingHttpHeaders): void {
    const { host, origin } = headers;
    if (!this.#allowsHost(host)) {
      throw new McpxError('FORBIDDEN_HOST', `requests for host "${printable(host)}" are not served here.`);
    }
    if (origin !== undefined && !this.#allowsOrigin(origin)) {
      throw new McpxError(
        'FORBIDDEN_ORIGIN',
        `requests from pages of ${printable(origin)} are not served here.`,
      );
    }
  }

  /** The CORS headers for an origin that `check` let pass; none without one. */
  cors(origin: string | undefined): Record<string, string> {
    if (origin === undefined) return {};
    return {
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'mcp-session-id, www-authenticate',
      vary: 'origin',
    };
  }

  #allowsHost(header: string | undefined): boolean {
    if (header === undefined) return false;
    const known = this.#decided.get(header);
    if (known !== undefined) return known;
    const allowed = this.#judgeHost(nameOf(header));
    if (this.#decided.size >= maxDecided) this.#decided.clear();
    this.#decided.set(header, allowed);
    return allowed;
  }

  #judgeHost(name: string): boolean {
    if (loopbackNames.has(name) || this.#hosts.has(name)) return true;
    if (this.#loopback) return false;
    // A rebound name is a name: an address cannot be rebound, and a key does not ride along with a browser's request.
    if (isIP(name.replace(/^\[|\]$/g, '')) !== 0) return name !== '0.0.0.0' && name !== '[::]';
    return this.#keyed && !this.#namesGiven;
  }

  #allowsOrigin(origin: string): boolean {
    if (this.#origins.has(origin)) return true;
    try {
      const { protocol, hostname } = new URL(origin);
      return this.#loopback && protocol.startsWith('http') && loopbackNames.has(hostname);
    } catch {
      return false; // `null`, and what is no origin at all
    }
  }
}

/** The host without its port, in lower case; an empty string when it is no host. */
function nameOf(host: string): string {
  try {
    return new URL(`http://${host}`).hostname;
  } catch {
    return '';
  }
}

function printable(text: string | undefined): string {
  return (text ?? '').slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
}
