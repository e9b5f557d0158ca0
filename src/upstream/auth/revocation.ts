import { selectClientAuthMethod } from '@modelcontextprotocol/client';
import type { AuthConfig } from '../../config/types.ts';
import { clientAuthentication } from './client.ts';
import type { Guard } from './guard.ts';
import type { LoginRecord } from './record.ts';

/** Tells the authorization server that a login is over (RFC 7009); false when it could not be told, or takes no such word. */
export async function revoke(
  { grantor, client, tokens }: LoginRecord,
  auth: AuthConfig,
  { fetch }: Guard,
): Promise<boolean> {
  const { metadata } = grantor ?? {};
  const token = tokens?.refresh ?? tokens?.access;
  const endpoint = metadata && 'revocation_endpoint' in metadata ? metadata.revocation_endpoint : undefined;
  if (metadata === undefined || typeof endpoint !== 'string') return false;
  if (client === undefined || token === undefined) return false;
  const kind = tokens?.refresh === undefined ? 'access_token' : 'refresh_token';
  const body = new URLSearchParams({ token, token_type_hint: kind });
  const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded' });
  const { client_id: id } = client;
  const secret = auth.clientSecret ?? ('client_secret' in client ? client.client_secret : undefined);
  const method = selectClientAuthMethod(
    { ...client, client_secret: secret },
    metadata.token_endpoint_auth_methods_supported ?? [],
  );
  const authenticate = clientAuthentication(auth);
  if (authenticate !== undefined) await authenticate(headers, body, endpoint, metadata);
  else if (method === 'client_secret_basic') {
    headers.set('authorization', `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`);
  } else {
    body.set('client_id', id);
    if (method === 'client_secret_post' && secret !== undefined) body.set('client_secret', secret);
  }
  try {
    return (await fetch(endpoint, { method: 'POST', headers, body })).ok;
  } catch {
    return false; // it is forgotten here in any case
  }
}
