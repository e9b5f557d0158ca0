import {
  AuthorizationServerMismatchError,
  InsecureTokenEndpointError,
  IssuerMismatchError,
  OAuthError,
  RegistrationRejectedError,
} from '@modelcontextprotocol/client';
import { McpxError } from '../../errors.ts';
import { withoutSecrets } from '../../secrets.ts';

/** Characters of what an authorization server says that are shown. */
const shownLength = 300;

const temporary = new Set(['server_error', 'temporarily_unavailable', 'too_many_requests']);

/** Whether a token request that failed so was refused: asking again in the same way will not help. */
export function isRefusal(thrown: unknown): boolean {
  return thrown instanceof OAuthError && !temporary.has(thrown.code);
}

/** Whether we refused it ourselves, such as an address that may not be named. */
export function isOurs(thrown: unknown): boolean {
  return inner(thrown)?.code === 'LOGIN_FAILED';
}

/** What the authorization server said, or why it could not be asked, as half a sentence. Untrusted, and may hold secrets. */
export function saidBy(thrown: unknown): string {
  const told = inner(thrown);
  if (told !== undefined) return told.message;
  if (thrown instanceof OAuthError) {
    const { code, message } = thrown;
    // the SDK makes one of these of any answer that is none, and quotes all of it
    if (code === 'server_error' && message.includes('Invalid OAuth error response')) {
      const [, status] = /HTTP (\d+)/.exec(message) ?? [];
      return `it answered with ${status === undefined ? 'no OAuth response' : `HTTP status ${status}`}`;
    }
    return shown(message === code ? code : `${code}: ${message}`);
  }
  if (thrown instanceof RegistrationRejectedError) {
    return `it did not register this client (HTTP status ${thrown.status}: ${shown(thrown.body)})`;
  }
  if (thrown instanceof IssuerMismatchError) {
    return thrown.kind === 'metadata'
      ? `its metadata is that of another issuer than ${thrown.expected}`
      : `the answer does not come from ${thrown.expected}, which was asked`;
  }
  if (thrown instanceof InsecureTokenEndpointError) return 'its token endpoint is not https';
  if (thrown instanceof AuthorizationServerMismatchError) return shown(thrown.message);
  return shown(innermost(thrown));
}

/** The failure of a login as an error for users; `what` is what could not be done. */
export function loginFailure(thrown: unknown, what: string): McpxError {
  const told = thrown instanceof McpxError ? thrown : inner(thrown);
  const help = told?.help || adviceFor(thrown);
  return new McpxError('LOGIN_FAILED', withoutSecrets(`${what}: ${saidBy(thrown)}`), { help, cause: thrown });
}

function adviceFor(thrown: unknown): string | undefined {
  const message = thrown instanceof Error ? thrown.message : '';
  if (thrown instanceof RegistrationRejectedError || /dynamic client registration/.test(message)) {
    return 'Register a client there by hand, and set `auth.clientId` (and `auth.clientSecret`).';
  }
  return undefined;
}

function inner(thrown: unknown): McpxError | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    if (error instanceof McpxError) return error;
  }
  return undefined;
}

/** "fetch failed" says nothing, its cause does. */
function innermost(thrown: unknown): string {
  let error = thrown;
  for (let depth = 0; error instanceof Error && error.cause instanceof Error && depth < 5; depth++)
    error = error.cause;
  if (!(error instanceof Error)) return String(error);
  if ('issues' in error && Array.isArray(error.issues))
    return `it answered what cannot be read: ${wrongIn(error.issues)}`;
  const { code } = error as NodeJS.ErrnoException;
  return error.message || code || error.name;
}

/** What the SDK's schemas found wrong, a few of it. */
function wrongIn(issues: { path: PropertyKey[]; message: string }[]): string {
  return issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
    .join('; ');
}

function shown(text: string): string {
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
