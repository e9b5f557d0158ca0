import {
  discoverAuthorizationServerMetadata,
  discoverOAuthProtectedResourceMetadata,
  discoverOAuthServerInfo,
  type OAuthServerInfo,
  selectResourceURL,
} from '@modelcontextprotocol/client';
import type { AuthConfig } from '../../config/types.ts';
import { Provider } from './provider.ts';
import type { Grantor } from './record.ts';

/** Where, and how, tokens are asked for. */
export interface Site {
  /** Of the MCP server. */
  url: string;
  auth: AuthConfig;
  fetch: typeof fetch;
  /** Where the server says that its metadata are. */
  metadataUrl?: URL;
}

/** The authorization server of an MCP server, as both describe it now; the one that is configured, if any. */
export async function grantorOf(site: Site): Promise<Grantor> {
  const info = await infoOf(site);
  return toGrantor(info, site);
}

export async function toGrantor(
  info: OAuthServerInfo,
  { url, auth }: Pick<Site, 'url' | 'auth'>,
): Promise<Grantor> {
  const { authorizationServerMetadata: metadata, authorizationServerUrl, resourceMetadata } = info;
  const selected = await selectResourceURL(url, new Provider(auth, undefined), resourceMetadata);
  return {
    issuer: metadata?.issuer ?? authorizationServerUrl,
    metadata,
    resource: selected && resourceMetadata?.resource, // as it was written: some compare it letter by letter
    offers: resourceMetadata?.scopes_supported?.join(' '),
  };
}

async function infoOf({ url, auth, fetch, metadataUrl }: Site): Promise<OAuthServerInfo> {
  const options = { resourceMetadataUrl: metadataUrl };
  if (auth.issuer === undefined) return discoverOAuthServerInfo(url, { ...options, fetchFn: fetch });
  const metadata = await discoverAuthorizationServerMetadata(auth.issuer, { fetchFn: fetch });
  const resourceMetadata = await discoverOAuthProtectedResourceMetadata(url, options, fetch).catch(thrown => {
    if (thrown instanceof TypeError) throw thrown; // it could not be reached, or may not be
    return undefined; // it has none
  });
  return { authorizationServerUrl: auth.issuer, authorizationServerMetadata: metadata, resourceMetadata };
}
