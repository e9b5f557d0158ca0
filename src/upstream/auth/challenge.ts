import { extractWWWAuthenticateParams } from '@modelcontextprotocol/client';

/** What a server asks for when it refuses a request, as far as it says. Untrusted. */
export interface Challenge {
  metadataUrl?: URL;
  /** Separated by blanks. */
  scope?: string;
  /** The token is good, but not for this. */
  lacksScope: boolean;
}

export function challengeOf(response: Response): Challenge {
  const { resourceMetadataUrl, scope, error } = extractWWWAuthenticateParams(response);
  return { metadataUrl: resourceMetadataUrl, scope, lacksScope: error === 'insufficient_scope' };
}

/** All of these scopes, each once, in the order in which they first stand. */
export function union(...scopes: (string | undefined)[]): string | undefined {
  const all = new Set(scopes.flatMap(scope => scope?.split(/\s+/) ?? []).filter(Boolean));
  return all.size === 0 ? undefined : [...all].join(' ');
}

/** Whether something of `needed` is not in `given`. */
export function lacks(given: string | undefined, needed: string | undefined): boolean {
  const all = new Set(given?.split(/\s+/));
  return (needed?.split(/\s+/) ?? []).some(scope => scope !== '' && !all.has(scope));
}
