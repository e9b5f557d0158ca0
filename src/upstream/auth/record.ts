import type {
  AuthorizationServerMetadata,
  OAuthTokens,
  StoredOAuthClientInformation,
} from '@modelcontextprotocol/client';
import { isObject } from '../../json.ts';

/** Tokens, and until when they are good. */
export interface Tokens {
  access: string;
  refresh?: string;
  /** What was granted, separated by blanks; absent when the server did not say. */
  scope?: string;
  /** Epoch milliseconds. */
  obtainedAt: number;
  /** Epoch milliseconds; absent when the server did not say. */
  expiresAt?: number;
}

/** The authorization server that a login is with, and what it has to be told. */
export interface Grantor {
  issuer: string;
  metadata?: AuthorizationServerMetadata;
  /** The resource indicator (RFC 8707). */
  resource?: string;
  /** The scopes that the server says it has, separated by blanks. */
  offers?: string;
}

/** What is kept of the login of one principal at one server. */
export interface LoginRecord {
  /** Counts the changes: whoever has read an older one does not write over a newer one. */
  version: number;
  grantor?: Grantor;
  /** Who we are there: known to that authorization server alone. */
  client?: StoredOAuthClientInformation;
  tokens?: Tokens;
  /** When a person logged in, epoch milliseconds. */
  loggedInAt?: number;
  /** When the tokens were last refreshed, epoch milliseconds. */
  refreshedAt?: number;
  /** Why there are no tokens any more. */
  ended?: string;
  /** The scopes that were asked for, separated by blanks. */
  asked?: string;
  /** Scopes that the server has missed, separated by blanks; the next login asks for them. */
  wanted?: string;
}

/** What a token endpoint said, on our clock. `asked` is the scope where it does not say. */
export function tokensOf(answer: OAuthTokens, asked: string | undefined): Tokens {
  const { access_token: access, refresh_token: refresh, scope = asked, expires_in: seconds } = answer;
  const obtainedAt = Date.now();
  const ends = seconds !== undefined && Number.isFinite(seconds) && seconds > 0;
  return {
    access,
    obtainedAt,
    ...(refresh !== undefined && { refresh }),
    ...(scope !== undefined && { scope }),
    ...(ends && { expiresAt: obtainedAt + seconds * 1_000 }),
  };
}

/** What was read from a file, if it is a record. */
export function asRecord(value: unknown): LoginRecord | undefined {
  if (!isObject(value) || !Number.isSafeInteger(value['version'])) return undefined;
  const { grantor, tokens } = value;
  if (tokens !== undefined && (!isObject(tokens) || typeof tokens['access'] !== 'string')) return undefined;
  if (grantor !== undefined && (!isObject(grantor) || typeof grantor['issuer'] !== 'string'))
    return undefined;
  return value as unknown as LoginRecord;
}

/** Everything in it that must never be shown. */
export function secretsOf({ tokens, client }: LoginRecord): string[] {
  const secret = client !== undefined && 'client_secret' in client ? client.client_secret : undefined;
  return [tokens?.access, tokens?.refresh, secret].filter(text => text !== undefined);
}
