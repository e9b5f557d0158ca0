import { fetchToken, refreshAuthorization } from '@modelcontextprotocol/client';
import { union } from './challenge.ts';
import { clientAuthentication, clientFor } from './client.ts';
import { isRefusal, saidBy } from './failures.ts';
import { grantorOf, type Site } from './grantor.ts';
import { Provider } from './provider.ts';
import { type LoginRecord, tokensOf } from './record.ts';

/**
 * The login with new tokens, by its refresh token; without any when the authorization server says that it is over. Rejects
 * when it could not be asked, which says nothing about the login.
 */
export async function refreshed(login: LoginRecord, site: Site): Promise<LoginRecord> {
  try {
    return await withNewTokens(login, site);
  } catch (thrown) {
    return isRefusal(thrown) ? ended(login, saidBy(thrown)) : elsewhere(login, site, thrown);
  }
}

/** The gateway's own login, with tokens that it asks for by itself. `wish` is what the server said it needs. */
export async function selfGranted(
  login: LoginRecord | undefined,
  site: Site,
  wish: string | undefined,
): Promise<LoginRecord> {
  const { auth, fetch } = site;
  const grantor = await grantorOf(site);
  const { issuer, metadata, resource, offers } = grantor;
  const first = auth.scopes.length > 0 ? auth.scopes.join(' ') : (wish ?? offers);
  const { version = 0, wanted, asked } = login ?? {};
  const scope = union(asked ?? first, wanted);
  const provider = new Provider(auth, login);
  const answer = await fetchToken(provider, issuer, { metadata, resource, scope, fetchFn: fetch });
  return { version, wanted, grantor, tokens: tokensOf(answer, scope), asked: scope, refreshedAt: Date.now() };
}

async function withNewTokens(login: LoginRecord, { auth, fetch }: Site): Promise<LoginRecord> {
  const { grantor, tokens } = login;
  const clientInformation = grantor && clientFor(grantor.issuer, auth, login);
  if (tokens?.refresh === undefined || clientInformation === undefined) {
    return ended(login, 'there is nothing to refresh it with');
  }
  const answer = await refreshAuthorization(grantor!.issuer, {
    metadata: grantor!.metadata,
    clientInformation,
    refreshToken: tokens.refresh,
    resource: grantor!.resource,
    addClientAuthentication: clientAuthentication(auth),
    fetchFn: fetch,
  });
  return { ...login, tokens: tokensOf(answer, tokens.scope), refreshedAt: Date.now() };
}

/** The authorization server could not be asked. It may have moved; another one is told nothing of this login. */
async function elsewhere(login: LoginRecord, site: Site, thrown: unknown): Promise<LoginRecord> {
  const grantor = await grantorOf(site).catch(() => Promise.reject(thrown));
  const { issuer, metadata } = grantor;
  if (issuer !== login.grantor?.issuer) {
    return ended(login, `the server now names another authorization server, ${issuer.slice(0, 200)}`);
  }
  if (metadata?.token_endpoint === login.grantor.metadata?.token_endpoint) throw thrown;
  return withNewTokens({ ...login, grantor }, site);
}

/** The login is over. Who we are there, and what was asked for, is kept for the next one. */
function ended({ tokens: _, ...rest }: LoginRecord, why: string): LoginRecord {
  return { ...rest, ended: why };
}
