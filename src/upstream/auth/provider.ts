import { randomBytes } from 'node:crypto';
import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
} from '@modelcontextprotocol/client';
import type { AuthConfig } from '../../config/types.ts';
import { clientAuthentication, clientFor } from './client.ts';
import type { LoginRecord } from './record.ts';

/**
 * What the SDK's client asks of us while a login is under way; what comes of it is kept here and nowhere else until it has
 * succeeded. Without `redirectUrl` the gateway logs in for itself.
 */
export class Provider implements OAuthClientProvider {
  readonly redirectUrl: string | undefined;
  readonly clientMetadataUrl?: string;
  readonly addClientAuthentication: OAuthClientProvider['addClientAuthentication'];
  readonly #auth: AuthConfig;
  readonly #record?: LoginRecord;
  readonly #state = randomBytes(16).toString('base64url');
  #verifier = '';
  #client?: StoredOAuthClientInformation;
  #discovery?: OAuthDiscoveryState;
  /** Where a person is to be sent. */
  address?: URL;

  constructor(auth: AuthConfig, record: LoginRecord | undefined, redirectUrl?: string) {
    this.#auth = auth;
    this.#record = record;
    this.redirectUrl = redirectUrl;
    this.clientMetadataUrl = auth.clientMetadataUrl;
    this.addClientAuthentication = clientAuthentication(auth);
    if (auth.issuer !== undefined) this.#discovery = { authorizationServerUrl: auth.issuer };
  }

  get clientMetadata(): OAuthClientMetadata {
    const isPerson = this.redirectUrl !== undefined;
    return {
      client_name: 'MCPX',
      redirect_uris: isPerson ? [this.redirectUrl] : [],
      grant_types: isPerson ? ['authorization_code', 'refresh_token'] : ['client_credentials'],
    };
  }

  /** The one that is configured; the one of the last login only where it may send a person back to the same address. */
  clientInformation(context?: { issuer: string }): StoredOAuthClientInformation | undefined {
    if (this.#client !== undefined) return this.#client;
    const known = context && clientFor(context.issuer, this.#auth, this.#record);
    if (known === undefined || this.#auth.clientId !== undefined) return known;
    const addresses = 'redirect_uris' in known ? known.redirect_uris : [];
    return this.redirectUrl !== undefined && addresses.includes(this.redirectUrl) ? known : undefined;
  }

  saveClientInformation(client: StoredOAuthClientInformation): void {
    this.#client = client;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovery;
  }

  saveDiscoveryState(discovery: OAuthDiscoveryState): void {
    this.#discovery = discovery;
  }

  state(): string {
    return this.#state;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  redirectToAuthorization(address: URL): void {
    this.address = address;
  }

  prepareTokenRequest(scope?: string): URLSearchParams | undefined {
    if (this.redirectUrl !== undefined) return undefined;
    return new URLSearchParams({ grant_type: 'client_credentials', ...(scope && { scope }) });
  }

  /** A new login takes no account of old tokens. */
  tokens(): undefined {
    return undefined;
  }

  saveTokens(): void {
    throw new Error('tokens are asked for without the SDK’s orchestration');
  }
}
