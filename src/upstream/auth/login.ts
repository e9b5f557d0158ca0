import type { Cancellation } from '../../cancellation.ts';
import type { AuthConfig } from '../../config/types.ts';
import { McpxError } from '../../errors.ts';
import { Backoff } from '../../pool/backoff.ts';
import { learnSecrets, withoutSecrets } from '../../secrets.ts';
import { type LoginReport, localPrincipal, type Principal } from '../../types.ts';
import { type Authorisation, begin } from './authorisation.ts';
import { type Challenge, lacks, union } from './challenge.ts';
import type { Entry } from './entry.ts';
import { isOurs, isRefusal, loginFailure, saidBy } from './failures.ts';
import type { Site } from './grantor.ts';
import type { Guard } from './guard.ts';
import { KeptLogin } from './kept-login.ts';
import type { LoginRecord, Tokens } from './record.ts';
import { refreshed, selfGranted } from './renewal.ts';
import { revoke } from './revocation.ts';

export interface LoginOptions {
  /** The server's name. */
  server: string;
  /** Of the server. */
  url: string;
  auth: AuthConfig;
  principal: Principal;
  entry: Entry;
  guard: Guard;
  /** What the server asked for last, of whomever. */
  asked: { challenge?: Challenge };
  /** Nothing but another login will help. */
  onrefused: (error: McpxError) => void;
  /** There is another login. */
  onfound: () => void;
}

/** A token is refreshed when less than a fifth of its life is left, but not earlier than a minute before its end. */
const leadShare = 0.2;
const longestLeadMs = 60_000;

/** A server that refuses good tokens is no reason to get new ones more often than this. */
const refusalRestMs = 10_000;

/** How long getting new tokens may take in all. */
const renewalMs = 25_000;

/** The login of one principal at one server: gives out its token, and keeps it fresh. Shared by all who use it. */
export class Login {
  readonly principal: Principal;
  readonly #options: LoginOptions;
  readonly #kept: KeptLogin;
  readonly #backoff = new Backoff();
  #renewing?: Promise<void>;
  /** Why tokens could not be renewed just now, and until when that is not tried again, on the clock of `performance`. */
  #failure?: { error: McpxError; until: number };
  /** The token that the server refused although it was new. */
  #distrusted?: string;
  /** The token that there was when a login was last asked for. */
  #lacking?: string;
  /** Whoever waits for another login. */
  readonly #waiting = new Set<() => void>();
  /** When tokens were last renewed because the server refused some, on the clock of `performance`. */
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(options: LoginOptions) {
    const { clientSecret, privateKey } = options.auth;
    learnSecrets([clientSecret, privateKey].filter(secret => secret !== undefined));
    this.#options = options;
    this.principal = options.principal;
    this.#kept = new KeptLogin(options.entry);
    this.#kept.onfound = () => {
      for (const tell of this.#waiting) tell();
      options.onfound();
    };
  }

  get report(): LoginReport {
    const { tokens, grantor, loggedInAt, refreshedAt } = this.#kept.record ?? {};
    return {
      principal: this.principal,
      loggedIn: tokens !== undefined,
      issuer: grantor?.issuer,
      scope: tokens?.scope,
      loggedInAt,
      refreshedAt,
      expiresAt: tokens?.expiresAt,
      renews: this.#renews,
      problem: this.#kept.problem ?? this.#failure?.error.message,
    };
  }

  /**
   * The token to send, a new one when the old one is at its end; undefined when nobody has logged in. Rejects with
   * UPSTREAM_NEEDS_AUTH or UPSTREAM_UNAVAILABLE when there should be one and is none.
   */
  async token(): Promise<string | undefined> {
    await this.#kept.load();
    const tokens = this.#tokens;
    if (tokens === undefined && !this.#isMachine) return undefined;
    const left = tokens === undefined ? 0 : leftOf(tokens);
    if (tokens !== undefined && (left > leadOf(tokens) || !this.#renews)) return tokens.access;
    const renewed = this.#renew(tokens?.access);
    if (tokens !== undefined && left > 0) {
      renewed.catch(() => {}); // it is still good: whoever finds it at its end is told
      return tokens.access;
    }
    await renewed;
    return this.#tokens?.access ?? Promise.reject(this.#refused());
  }

  /**
   * The server has refused `used` with status 401: another token, which somebody else has got meanwhile or we get now.
   * Rejects with UPSTREAM_NEEDS_AUTH when there is none.
   */
  async afterRefusal(used: string | undefined, challenge: Challenge): Promise<string> {
    this.#options.asked.challenge = challenge;
    await this.#kept.look();
    const other = this.#otherThan(used);
    if (other !== undefined) return other;
    const isRested = performance.now() - this.#refusedAt > refusalRestMs;
    if (this.#renews && used !== this.#distrusted && isRested) {
      this.#refusedAt = performance.now();
      await this.#renew(used);
    }
    return this.#otherThan(used) ?? Promise.reject(this.#refused());
  }

  /** The server has refused even the token that it was given instead. */
  distrust(used: string): McpxError {
    this.#distrusted = used;
    return this.#refused();
  }

  /**
   * `used` is good, but lacks a scope: a better token where the gateway can get one by itself. Else rejects with
   * UPSTREAM_NEEDS_AUTH, and the next login asks for what was missing.
   */
  async afterLack(used: string | undefined, challenge: Challenge): Promise<string> {
    this.#options.asked.challenge = challenge;
    await this.#kept.look();
    const { scope } = challenge;
    const { wanted, asked } = this.#kept.record ?? {};
    const isNews = lacks(union(wanted, asked), scope);
    if (isNews) {
      await this.#kept.update(async (current = { version: 0 }) => ({
        ...current,
        wanted: union(current.wanted, scope),
      }));
      if (this.#isMachine) await this.#renew(used);
    }
    return this.#otherThan(used) ?? Promise.reject(this.lacking(challenge));
  }

  /** What is said where a scope is missing. */
  lacking({ scope }: Challenge): McpxError {
    const named = scope === undefined ? 'another scope' : `the scope "${scope.slice(0, 200)}"`;
    const message = `server "${this.#options.server}" wants ${named} for this, which its login does not have`;
    const help = this.#isMachine
      ? 'Have it granted to the client at the authorization server.'
      : `${this.#command}, which asks for it, and repeat the call.`;
    this.#lacking = this.#tokens?.access;
    this.#kept.watch();
    return new McpxError('UPSTREAM_NEEDS_AUTH', message, { help, data: { status: 403, scope } });
  }

  /** Begins the login of a person, who is sent back to `redirectUrl`. Rejects with LOGIN_FAILED. */
  async authorise(redirectUrl: string): Promise<Authorisation> {
    await this.#kept.load();
    const { server, guard } = this.#options;
    const failed = (thrown: unknown) => loginFailure(thrown, `cannot log in to server "${server}"`);
    if (this.#isMachine) {
      const help = 'There is nothing to do: see its `auth.grant`.';
      throw new McpxError('LOGIN_FAILED', `the gateway logs in to server "${server}" by itself`, { help });
    }
    const { record } = this.#kept;
    const save = (login: Omit<LoginRecord, 'version'>) =>
      this.#kept.update(async current => ({ ...login, version: current?.version ?? 0 }));
    try {
      const begun = await begin({ ...this.#site(), guard, record, scope: this.#wish, redirectUrl, save });
      const finish = (answer: URLSearchParams) =>
        begun.finish(answer).catch(thrown => Promise.reject(failed(thrown)));
      return { ...begun, finish };
    } catch (thrown) {
      throw failed(thrown);
    }
  }

  /** Whether it is a person who logs in. */
  get isPersonal(): boolean {
    return !this.#isMachine;
  }

  /** Resolves with true when there is another login than the one that was last found lacking; with false when cancelled. */
  another(cancellation: Cancellation): Promise<boolean> {
    if (this.#tokens !== undefined && this.#tokens.access !== this.#lacking) return Promise.resolve(true);
    this.#kept.watch();
    return new Promise(resolve => {
      const tell = () => end(true);
      const off = cancellation.onCancel(() => end(false));
      const end = (isThere: boolean) => {
        this.#waiting.delete(tell);
        off();
        resolve(isThere);
      };
      this.#waiting.add(tell);
    });
  }

  /** Whether the server has asked for one, of anybody. */
  get isAsked(): boolean {
    return this.#options.asked.challenge !== undefined;
  }

  /** Forgets the login, and has the authorization server forget it: which of both has been done. */
  async end(): Promise<{ forgotten: boolean; revoked: boolean }> {
    await this.#kept.look();
    const { record } = this.#kept;
    await this.#kept.update(async () => undefined);
    const { auth, guard } = this.#options;
    const revoked = record !== undefined && (await revoke(record, auth, guard));
    return { forgotten: record !== undefined, revoked };
  }

  close(): void {
    this.#kept.close();
  }

  get #tokens(): Tokens | undefined {
    return this.#kept.record?.tokens;
  }

  get #isMachine(): boolean {
    return this.#options.auth.grant === 'client_credentials';
  }

  /** Whether there can be new tokens without a person. */
  get #renews(): boolean {
    return this.#isMachine || this.#tokens?.refresh !== undefined;
  }

  get #command(): string {
    const key = this.principal === localPrincipal ? '' : ` --key ${quoted(this.principal)}`;
    return `Run \`mcpx login ${quoted(this.#options.server)}${key}\``;
  }

  /** What to ask for when somebody logs in; undefined leaves it to the server's metadata. */
  get #wish(): string | undefined {
    const { auth, asked } = this.#options;
    const { tokens, wanted, asked: before } = this.#kept.record ?? {};
    if (auth.scopes.length > 0) return union(auth.scopes.join(' '), wanted);
    if (wanted !== undefined) return union(before ?? tokens?.scope, tokens?.scope, wanted);
    return asked.challenge?.lacksScope ? undefined : asked.challenge?.scope;
  }

  #otherThan(used: string | undefined): string | undefined {
    const access = this.#tokens?.access;
    return access === used ? undefined : access;
  }

  #site(signal?: AbortSignal): Site {
    const { url, auth, guard, asked } = this.#options;
    const limited: typeof guard.fetch = (address, init) => guard.fetch(address, { ...init, signal });
    return { url, auth, fetch: signal ? limited : guard.fetch, metadataUrl: asked.challenge?.metadataUrl };
  }

  /** New tokens in place of `used`: one attempt for all who ask, in all processes. */
  #renew(used: string | undefined): Promise<void> {
    if (this.#failure !== undefined && performance.now() < this.#failure.until) {
      return Promise.reject(this.#failure.error);
    }
    this.#renewing ??= this.#renewed(used).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renewed(used: string | undefined): Promise<void> {
    const site = this.#site(AbortSignal.timeout(renewalMs));
    const wish = this.#options.asked.challenge?.scope;
    try {
      await this.#kept.update(async current => {
        const { tokens } = current ?? {};
        if (tokens !== undefined && tokens.access !== used && leftOf(tokens) > 0) return current; // another process was faster
        if (this.#isMachine) return selfGranted(current, site, wish);
        return current?.tokens && refreshed(current, site);
      });
      this.#failure = undefined;
      this.#backoff.reset();
    } catch (thrown) {
      const error = this.#unrenewed(thrown);
      this.#failure = { error, until: performance.now() + this.#backoff.next() };
      throw error;
    }
  }

  #unrenewed(thrown: unknown): McpxError {
    const { server } = this.#options;
    const said = withoutSecrets(saidBy(thrown));
    if (isRefusal(thrown) || isOurs(thrown)) return this.#refused(`is refused: ${said}`);
    const help =
      'The authorization server cannot be reached, or has trouble. The login is kept, and tried again.';
    return new McpxError('UPSTREAM_UNAVAILABLE', `server "${server}": no new token could be had: ${said}`, {
      help,
      cause: thrown,
    });
  }

  /** What is said, and done, where nothing but another login will help. */
  #refused(what = this.#trouble): McpxError {
    const { server, onrefused } = this.#options;
    const message =
      what === undefined
        ? `server "${server}" asks for authorisation (HTTP status 401)`
        : `server "${server}": its login ${what}`;
    const help = this.#isMachine
      ? 'Check `auth`, and the client at the authorization server.'
      : `${this.#command}. If it wants an API key instead, put that into its \`headers\`.`;
    this.#lacking = this.#tokens?.access;
    this.#kept.watch();
    const error = new McpxError('UPSTREAM_NEEDS_AUTH', withoutSecrets(message), {
      help,
      data: { status: 401 },
    });
    onrefused(error);
    return error;
  }

  /** What is wrong with the login, if there is or was one. */
  get #trouble(): string | undefined {
    const { problem, record } = this.#kept;
    if (problem !== undefined) return `cannot be used: ${problem}`;
    if (record?.ended !== undefined) return `has ended: ${record.ended}`;
    if (record?.tokens === undefined) return undefined;
    return leftOf(record.tokens) > 0 || this.#renews
      ? 'is not accepted by the server (HTTP status 401)'
      : 'has ended: its token has expired and cannot be refreshed';
  }
}

function leftOf({ expiresAt = Number.POSITIVE_INFINITY }: Tokens): number {
  return expiresAt - Date.now();
}

function leadOf({ obtainedAt, expiresAt = Number.POSITIVE_INFINITY }: Tokens): number {
  return Math.min(longestLeadMs, (expiresAt - obtainedAt) * leadShare);
}

/** As a shell takes it. */
function quoted(name: string): string {
  return /^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}
