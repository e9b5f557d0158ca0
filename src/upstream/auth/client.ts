import { createPrivateKey } from 'node:crypto';
import {
  type AddClientAuthentication,
  createPrivateKeyJwtAuth,
  type StoredOAuthClientInformation,
} from '@modelcontextprotocol/client';
import type { AuthConfig } from '../../config/types.ts';
import { McpxError } from '../../errors.ts';
import type { LoginRecord } from './record.ts';

/** How the client shows who it is: with a key, where the configuration has one; else as the SDK finds best. */
export function clientAuthentication({
  clientId,
  privateKey,
}: AuthConfig): AddClientAuthentication | undefined {
  if (privateKey === undefined || clientId === undefined) return undefined;
  const key = readKey(privateKey);
  const alg = algorithmOf(key);
  const jwk = key.export({ format: 'jwk' }) as Record<string, unknown>;
  return createPrivateKeyJwtAuth({ issuer: clientId, subject: clientId, privateKey: jwk, alg });
}

/** Who we are at `issuer`: the client that is configured, or the one that has been registered there. */
export function clientFor(
  issuer: string,
  { clientId, clientSecret, issuer: named }: AuthConfig,
  record: LoginRecord | undefined,
): StoredOAuthClientInformation | undefined {
  if (clientId === undefined) return record?.client?.issuer === issuer ? record.client : undefined;
  const known = named ?? record?.grantor?.issuer;
  if (clientSecret !== undefined && known !== undefined && known !== issuer) throw moved(known, issuer);
  return { client_id: clientId, issuer, ...(clientSecret !== undefined && { client_secret: clientSecret }) };
}

/** Credentials that were given for one authorization server are not shown to another. */
function moved(from: string, to: string): McpxError {
  return new McpxError(
    'LOGIN_FAILED',
    `the server now names another authorization server, ${to}, in place of ${from}`,
    {
      help: 'If that is right, set `auth.issuer`, or run `mcpx logout SERVER` and `mcpx login SERVER`.',
    },
  );
}

function readKey(text: string) {
  try {
    return text.trimStart().startsWith('{')
      ? createPrivateKey({ key: JSON.parse(text), format: 'jwk' })
      : createPrivateKey(text);
  } catch {
    // the cause may quote the key
    throw new McpxError('LOGIN_FAILED', '`auth.privateKey` is no PKCS #8 PEM and no JWK of a private key', {
      help: 'Give it a reference to such a key, like "${file:client.pem}".',
    });
  }
}

function algorithmOf(key: ReturnType<typeof createPrivateKey>): string {
  const curves: Record<string, string> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'rsa') return 'RS256';
  if (type === 'ed25519') return 'EdDSA';
  const alg = curves[details?.namedCurve ?? ''];
  if (alg !== undefined) return alg;
  throw new McpxError('LOGIN_FAILED', `\`auth.privateKey\` is a key of kind ${type}, which cannot sign`, {
    help: 'Use an RSA, EC or Ed25519 key.',
  });
}
