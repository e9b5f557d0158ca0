import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { asMcpxError, McpxError } from '../../errors.ts';
import type { Gateway } from '../../gateway.ts';
import { publish } from '../../telemetry/events.ts';
import { localPrincipal, type Principal } from '../../types.ts';
import { tellOfRefusal } from '../refusal.ts';
import { Arrivals } from './arrivals.ts';
import { escaped, sendOutcome, sendPage } from './page.ts';
import { loginPath } from './path.ts';

const beginPath = `${loginPath}login/`;
const callbackPath = `${loginPath}callback`;

const cookieName = 'mcpx_login';
const cookieSeconds = 600;
/** More than a key and a pass ever are. */
const maxForm = 16 * 1024;

export interface LoginSiteOptions {
  gateway: Pick<Gateway, 'login' | 'configOf'>;
  /** The gateway's address as browsers know it, without a slash at its end. */
  base: () => string;
  /** Who has this key, or throws. */
  principalOf: (key: string) => Principal;
  /** Whether keys are needed at all. */
  needsKey: () => boolean;
}

/**
 * The pages on which a person logs in to a server: who asks for what, whether they agree, and how it ended. Whoever agrees
 * has shown a key of the gateway, whose login it will be; where there are no keys, the link that the gateway gave out.
 */
export class LoginSite {
  readonly #options: LoginSiteOptions;
  readonly #arrivals = new Arrivals();
  readonly #pass = randomBytes(16).toString('base64url');

  constructor(options: LoginSiteOptions) {
    this.#options = options;
  }

  /** Where a person can log in to `server`; `own`: in the name of the gateway itself, whoever has keys. */
  link(server: string, own = false): string {
    const { base, needsKey } = this.#options;
    const pass = needsKey() && !own ? '' : `?pass=${this.#pass}`;
    return `${base()}${beginPath}${encodeURIComponent(server)}${pass}`;
  }

  /** Answers a request below `loginPath`. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://gateway');
      if (pathname === callbackPath && request.method === 'GET') {
        await this.#arrivals.arrive(searchParams, cookieOf(request));
        return sendOutcome(response);
      }
      const server = pathname.startsWith(beginPath)
        ? decodeURIComponent(pathname.slice(beginPath.length))
        : '';
      const target = this.#options.gateway.configOf(server)?.target;
      if (target === undefined || target.type === 'stdio' || target.auth === undefined) {
        return sendPage(response, 404, 'There is no such server', '<p>Or nobody can log in to it.</p>');
      }
      if (request.method === 'GET') this.#ask(server, new URL(target.url).host, searchParams, response);
      else await this.#begin(server, request, response);
    } catch (thrown) {
      const error = asMcpxError(thrown);
      tellOfRefusal(request, error);
      sendOutcome(response, error);
    }
  }

  close(): void {
    this.#arrivals.close();
  }

  #ask(server: string, host: string, given: URLSearchParams, response: ServerResponse): void {
    const pass = given.get('pass') ?? '';
    const needsKey = this.#options.needsKey() && !this.#isPass(pass);
    const proof = needsKey
      ? '<p><label>Your key of this gateway<br><input type="password" name="key" autocomplete="off" required></label></p>'
      : `<input type="hidden" name="pass" value="${escaped(pass)}">`;
    const whose = needsKey ? 'every client that has your key' : 'every client of this gateway';
    sendPage(
      response,
      200,
      `Log in to ${server}`,
      `<p>A client of this gateway wants to use the server <b>${escaped(server)}</b> (<code>${escaped(host)}</code>).</p>`,
      `<p>If you go on, you are sent there to log in. From then on ${whose} can do there what you agree to, in your name.</p>`,
      `<form method="post">${proof}<p><button>Go on</button></p></form>`,
      '<p>If you have not asked for this yourself just now, close this page.</p>',
    );
  }

  async #begin(server: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { base, gateway } = this.#options;
    // forms of other pages, also those of this machine, agree to nothing
    if (request.headers.origin !== new URL(base()).origin) throw refused('it was not sent by this page');
    const principal = this.#principal(await formOf(request));
    const login = await gateway.login(server, principal);
    if (login === undefined || login.principal !== principal) {
      throw refused('all keys share this login, so only whoever runs the gateway can change it');
    }
    const authorisation = await login.authorise(base() + callbackPath);
    const proof = randomBytes(16).toString('base64url');
    const what = `logged in to server ${JSON.stringify(server)}`;
    this.#arrivals.wait(authorisation, proof).then(
      () => publish('gateway.changed', { principal, what }),
      () => {}, // whoever comes back is told
    );
    const secure = base().startsWith('https:') ? '; Secure' : '';
    response.writeHead(303, {
      location: authorisation.address.href,
      'set-cookie': `${cookieName}=${proof}; HttpOnly; SameSite=Lax; Path=/; Max-Age=${cookieSeconds}${secure}`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    response.end();
  }

  #principal(form: URLSearchParams): Principal {
    const { principalOf, needsKey } = this.#options;
    if (this.#isPass(form.get('pass') ?? '')) return localPrincipal;
    if (needsKey()) return principalOf(form.get('key') ?? '');
    throw refused('its address is not one that this gateway gave out since it started');
  }

  /** Whether it is that of a link which the gateway has given out for its own login. */
  #isPass(text: string): boolean {
    const [given, pass] = [Buffer.from(text), Buffer.from(this.#pass)];
    return given.length === pass.length && timingSafeEqual(given, pass);
  }
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxForm) throw refused('it is too long');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

/** What the browser that began the login was given. */
function cookieOf({ headers }: IncomingMessage): string | undefined {
  return new RegExp(`(?:^|;\\s*)${cookieName}=([\\w-]+)`).exec(headers.cookie ?? '')?.[1];
}

function refused(why: string): McpxError {
  return new McpxError('LOGIN_FAILED', `the login was not begun: ${why}`);
}
