import type { ProxySettings, Target } from '../config/types.ts';
import type { McpxError } from '../errors.ts';
import { type LoginReport, localPrincipal, type Principal } from '../types.ts';
import type { Login, LoginOptions } from './auth/login.ts';
import type { LoginStore } from './auth/store.ts';

/** Where logins are kept; loaded when a server is first connected to. */
export type OpenStore = () => Promise<LoginStore>;

export interface LoginsOptions {
  /** The server's name. */
  server: string;
  target: Target | undefined;
  proxy: ProxySettings;
  store: OpenStore;
  /** Nothing but another login of this principal will help. */
  onrefused: (principal: Principal, error: McpxError) => void;
  /** This principal has another login. */
  onfound: (principal: Principal) => void;
}

/** The logins at one server: one for each principal, or the gateway's own for all of them. */
export class Logins {
  readonly #options: LoginsOptions;
  readonly #logins = new Map<Principal, Promise<Login>>();
  readonly #known = new Map<Principal, Login>();
  readonly #asked: LoginOptions['asked'] = {};

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  /** Whose login `principal` uses. Who does not share a login does not share a connection. */
  ownerFor(principal: Principal): Principal {
    const auth = this.#auth;
    return auth === undefined || auth.shared ? localPrincipal : principal;
  }

  /** The login that `principal` uses; undefined where the server is given what the configuration says. */
  async of(principal: Principal): Promise<Login | undefined> {
    if (this.#auth === undefined) return undefined;
    const owner = this.ownerFor(principal);
    const login = this.#logins.get(owner) ?? this.#open(owner);
    this.#logins.set(owner, login);
    return login;
  }

  /** Whether the gateway itself has logged in. */
  get isOwn(): boolean {
    return this.#known.get(localPrincipal)?.report.loggedIn === true;
  }

  /** Of those that have been used or looked for. */
  get reports(): LoginReport[] {
    return [...this.#known.values()].map(({ report }) => report);
  }

  /** Nobody waits for a login any more. */
  close(): void {
    for (const login of this.#known.values()) login.close();
  }

  get #auth() {
    const { target } = this.#options;
    return target === undefined || target.type === 'stdio' ? undefined : target.auth;
  }

  async #open(principal: Principal): Promise<Login> {
    const { server, target, proxy, store, onrefused, onfound } = this.#options;
    const [{ Login }, { Guard }, kept] = await Promise.all([
      import('./auth/login.ts'),
      import('./auth/guard.ts'),
      store(),
    ]);
    const { url } = target as Exclude<Target, { type: 'stdio' }>;
    const auth = this.#auth!;
    const trusted = [auth.issuer, auth.clientMetadataUrl].filter(address => address !== undefined);
    const login = new Login({
      server,
      url,
      auth,
      principal,
      entry: kept.entry(server, url, principal),
      guard: new Guard(url, { trusted, proxy }),
      asked: this.#asked,
      onrefused: error => onrefused(principal, error),
      onfound: () => onfound(principal),
    });
    this.#known.set(principal, login);
    return login;
  }
}
