import {
  auth as authorise,
  exchangeAuthorization,
  validateAuthorizationResponseIssuer,
} from '@modelcontextprotocol/client';
import { McpxError } from '../../errors.ts';
import { type Site, toGrantor } from './grantor.ts';
import type { Guard } from './guard.ts';
import { Provider } from './provider.ts';
import { type LoginRecord, tokensOf } from './record.ts';

/** A login that a person has to agree to. */
export interface Authorisation {
  /** Where the person is to go: an http or https address. */
  readonly address: URL;
  /** Comes back with the person; unguessable. */
  readonly state: string;
  /** Takes what the person came back with, once. Rejects when it is not the answer to this, or is a refusal. */
  finish(answer: URLSearchParams): Promise<void>;
}

export interface AuthorisationOptions extends Site {
  guard: Guard;
  /** The login that there is, if any. */
  record: LoginRecord | undefined;
  /** What to ask for; the server's own wish when left out. */
  scope?: string;
  redirectUrl: string;
  /** Takes the new login. */
  save: (login: Omit<LoginRecord, 'version'>) => Promise<void>;
}

/** Finds out where a person can log in, and registers there as far as that is needed. */
export async function begin(options: AuthorisationOptions): Promise<Authorisation> {
  const { url, auth, fetch, metadataUrl, record, scope, redirectUrl, guard } = options;
  const provider = new Provider(auth, record, redirectUrl);
  await authorise(provider, { serverUrl: url, resourceMetadataUrl: metadataUrl, scope, fetchFn: fetch });
  const { address } = provider;
  if (address === undefined)
    throw new McpxError('LOGIN_FAILED', 'the authorization server has no page to log in');
  await guard.check(address); // it comes from the server's metadata, and goes to a browser
  return { address, state: provider.state(), finish: answer => finish(answer, provider, address, options) };
}

async function finish(
  answer: URLSearchParams,
  provider: Provider,
  address: URL,
  options: AuthorisationOptions,
): Promise<void> {
  const info = provider.discoveryState();
  const grantor = info && (await toGrantor(info, options));
  const client = grantor && provider.clientInformation({ issuer: grantor.issuer });
  if (grantor === undefined || client === undefined || answer.get('state') !== provider.state()) {
    throw new McpxError('LOGIN_FAILED', 'this is not the answer to the login that was begun');
  }
  const { issuer, metadata, resource } = grantor;
  const iss = answer.get('iss') ?? undefined;
  const code = answer.get('code');
  if (code === null) {
    // until the issuer is known to be right, what it says is shown to nobody
    const issParameterSupported = metadata?.authorization_response_iss_parameter_supported === true;
    validateAuthorizationResponseIssuer({ iss, expectedIssuer: metadata?.issuer, issParameterSupported });
    const [error, description] = [answer.get('error'), answer.get('error_description')];
    const said = [error ?? 'neither a code nor an error', description].filter(Boolean).join(': ');
    throw new McpxError('LOGIN_FAILED', `the authorization server answered with ${said.slice(0, 300)}`);
  }
  const tokens = await exchangeAuthorization(issuer, {
    metadata,
    clientInformation: client,
    authorizationCode: code,
    iss,
    codeVerifier: provider.codeVerifier(),
    redirectUri: options.redirectUrl,
    resource,
    addClientAuthentication: provider.addClientAuthentication,
    fetchFn: options.fetch,
  });
  const asked = address.searchParams.get('scope') ?? undefined;
  await options.save({ grantor, client, tokens: tokensOf(tokens, asked), asked, loggedInAt: Date.now() });
}
