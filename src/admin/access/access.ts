import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { McpxError } from '../../errors.ts';
import type { KeptSessions } from './kept-sessions.ts';
import { RateLimit } from './rate-limit.ts';
import { Tickets } from './tickets.ts';

/** A link lets in once, and not for long. */
const linkMs = 5 * 60_000;
/** A browser stays in for so long. */
const sessionMs = 7 * 24 * 3_600_000;
const most = { links: 16, sessions: 64 };
/** Wrong credentials from one address: so many at once, and as many again in a minute. */
const guesses = { count: 10, perMs: 60_000 };
/** Requests of one kind of caller: so many at once, and as many again in ten seconds. */
const requests = { count: 600, perMs: 10_000 };

export interface AccessOptions {
  /** Opens as well: known only to those who can read the instance file. */
  instanceKey: string;
  /** Of the environment. */
  token?: string;
  /** The gateway's address as browsers know it. */
  base: () => string;
  /** Where sessions of browsers outlive the gateway; left out, they end with it. */
  kept?: KeptSessions;
}

/** How somebody proves that they may run this gateway. */
export type Proof = 'key' | 'token' | 'session';

/** Who may use the admin API: with a token, or from the page in a browser that came by a link. */
export class Access {
  readonly #options: AccessOptions;
  readonly #links = new Tickets({ goodMs: linkMs, most: most.links });
  readonly #sessions: Tickets;
  readonly #guesses = new RateLimit(guesses.count, guesses.perMs);
  readonly #requests = new RateLimit(requests.count, requests.perMs);

  constructor(options: AccessOptions) {
    this.#options = options;
    const { kept } = options;
    this.#sessions = new Tickets({
      goodMs: sessionMs,
      most: most.sessions,
      known: kept?.load(),
      onchange: () => kept?.save(this.#sessions.good),
    });
  }

  /** Throws UNAUTHORIZED, FORBIDDEN_REQUEST, TOO_MANY_REQUESTS. */
  admit(request: IncomingMessage): Proof {
    const proof = this.#proofOf(request);
    if (!this.#requests.take(proof)) throw new McpxError('TOO_MANY_REQUESTS', 'too many requests.');
    return proof;
  }

  /** A link that lets a browser in, once. */
  link(): { url: string; expiresAt: number } {
    const { ticket, expiresAt } = this.#links.give();
    return { url: `${this.#options.base()}/login?code=${ticket}`, expiresAt };
  }

  /** The cookie for whoever came by a link with `code`. Throws UNAUTHORIZED, TOO_MANY_REQUESTS. */
  enter(request: IncomingMessage, code: string): string {
    const from = this.#mayGuess(request);
    if (!this.#links.spend(code)) {
      this.#guesses.take(from);
      throw new McpxError('UNAUTHORIZED', 'this link is not good, or not any more.', { help });
    }
    const { ticket } = this.#sessions.give();
    return this.#cookie(request, ticket, sessionMs / 1_000);
  }

  /** Ends the session of whoever sends this; returns the cookie that takes it away. */
  leave(request: IncomingMessage): string {
    this.#sessions.spend(cookieOf(request) ?? '');
    return this.#cookie(request, '', 0);
  }

  #proofOf(request: IncomingMessage): Proof {
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const { instanceKey, token } = this.#options;
    if (given !== undefined) {
      if (same(given, instanceKey)) return 'key';
      const from = this.#mayGuess(request);
      if (token !== undefined && same(given, token)) return 'token';
      this.#guesses.take(from);
      throw new McpxError('UNAUTHORIZED', 'this is not the admin token.', { help });
    }
    if (!this.#sessions.isGood(cookieOf(request) ?? ''))
      throw new McpxError('UNAUTHORIZED', 'the admin API needs a token or a session.', { help });
    this.#mustBeOurPage(request);
    return 'session';
  }

  /** Where `request` comes from. Throws TOO_MANY_REQUESTS where that has been wrong too often: right or wrong is not told then. */
  #mayGuess({ socket }: IncomingMessage): string {
    const from = socket.remoteAddress ?? '';
    if (this.#guesses.allows(from)) return from;
    throw new McpxError('TOO_MANY_REQUESTS', 'too many wrong credentials came from there.', {
      help: 'Wait a minute.',
    });
  }

  /** Browsers send the cookie for other ports of this machine as well, and for forms: those are no pages of ours. */
  #mustBeOurPage({ method, headers }: IncomingMessage): void {
    const { origin, host, 'sec-fetch-site': site = 'same-origin' } = headers;
    const isOurs =
      origin === undefined || origin === new URL(this.#options.base()).origin || hostOf(origin) === host;
    const changes = method !== 'GET';
    const isNamed = !changes || origin !== undefined;
    const isForm = changes && !/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
    if (isOurs && isNamed && !isForm && (site === 'same-origin' || site === 'none')) return;
    throw new McpxError('FORBIDDEN_REQUEST', 'this request does not come from the page of the gateway.');
  }

  /** Cookies know no ports: each gateway has a name of its own. */
  #cookie({ socket }: IncomingMessage, value: string, seconds: number): string {
    const secure = this.#options.base().startsWith('https:') ? '; Secure' : '';
    return `mcpx_${socket.localPort}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${seconds}${secure}`;
  }
}

const help =
  '`mcpx open` makes a link for a browser; scripts send MCPX_ADMIN_TOKEN as `Authorization: Bearer …`.';

function cookieOf({ headers, socket }: IncomingMessage): string | undefined {
  return new RegExp(`(?:^|;\\s*)mcpx_${socket.localPort}=([\\w-]+)`).exec(headers.cookie ?? '')?.[1];
}

function same(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map(text => createHash('sha256').update(text).digest());
  return timingSafeEqual(a!, b!);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
