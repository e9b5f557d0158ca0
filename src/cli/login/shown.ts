import type { LoginReport } from '../../types.ts';

type Times = 'loggedInAt' | 'refreshedAt' | 'expiresAt';

/** A login as the commands show it: times as texts. */
export type ShownLogin = Omit<LoginReport, Times> & { [time in Times]?: string };

export function shownLogin({ loggedInAt, refreshedAt, expiresAt, ...login }: LoginReport): ShownLogin {
  const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  return {
    ...login,
    loggedInAt: time(loggedInAt),
    refreshedAt: time(refreshedAt),
    expiresAt: time(expiresAt),
  };
}

/** In one line; undefined where nobody has logged in, which is said elsewhere. */
export function describedLogin(login: ShownLogin): string | undefined {
  const { loggedIn, issuer, scope, refreshedAt, expiresAt, renews, problem } = login;
  if (!loggedIn) return undefined;
  const after = renews ? ' and is refreshed before' : ', and then somebody has to log in again';
  const parts = [
    `with ${issuer}`,
    expiresAt === undefined ? 'the token has no end that is known' : `the token ends at ${expiresAt}${after}`,
    refreshedAt && `last refreshed at ${refreshedAt}`,
    scope && `scope: ${scope}`,
    problem && `trouble: ${problem}`,
  ];
  return parts.filter(Boolean).join('; ');
}
