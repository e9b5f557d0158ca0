import { type Challenge, challengeOf } from './challenge.ts';
import type { Login } from './login.ts';

/**
 * A `fetch` for one server that sends the token of `login`. A request that is refused is sent once more if there is another
 * token; what cannot be helped without a person rejects with UPSTREAM_NEEDS_AUTH. Other servers get no token.
 */
export function authorisedFetch(base: typeof fetch, login: Login, server: URL): typeof fetch {
  return async (url, init) => {
    if (new URL(url instanceof Request ? url.url : url).origin !== server.origin) return base(url, init);
    const send = (token: string | undefined) => base(url, withToken(init, token));
    const used = await unlessAborted(login.token(), init?.signal);
    const response = await send(used);
    const challenge = refusal(response);
    if (challenge === undefined) return response;
    await response.body?.cancel();
    const other = challenge.lacksScope
      ? login.afterLack(used, challenge)
      : login.afterRefusal(used, challenge);
    const token = await unlessAborted(other, init?.signal);
    const second = await send(token);
    const again = refusal(second);
    if (again === undefined) return second;
    await second.body?.cancel();
    throw again.lacksScope ? login.lacking(again) : login.distrust(token);
  };
}

/** What is asked for by a response that refuses a request for its token; undefined for any other. */
function refusal(response: Response): Challenge | undefined {
  if (response.status !== 401 && response.status !== 403) return undefined;
  const challenge = challengeOf(response);
  return response.status === 401 || challenge.lacksScope
    ? { ...challenge, lacksScope: response.status === 403 }
    : undefined;
}

function withToken(init: RequestInit | undefined, token: string | undefined): RequestInit | undefined {
  if (token === undefined) return init;
  const headers = new Headers(init?.headers);
  headers.set('authorization', `Bearer ${token}`);
  return { ...init, headers };
}

/** `work` is shared, and goes on; but nobody waits for it longer than the request is wanted. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return work;
  work.catch(() => {}); // when it ends after the request
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
