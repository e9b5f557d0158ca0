import { randomUUID } from 'node:crypto';
import { childOf } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import type { CallContext, Principal, RawResponse } from '../types.ts';
import type { Login } from '../upstream/auth/login.ts';
import type { Call, Handler, Middleware } from './call.ts';
import { canBeAsked } from './kinds.ts';

/** How long a person may take to log in, in milliseconds. */
const patienceMs = 600_000;

const method = 'elicitation/create';

export interface SignInOptions {
  /** Whether a person can log in to the server. */
  isOpen: (server: string) => boolean;
  /** The login that a principal uses there. */
  login: (server: string, principal: Principal) => Promise<Login | undefined>;
  /** The address of a page to log in to the server; undefined where there is none. */
  page: (server: string) => Promise<string | undefined>;
}

/** Where a login is what a call lacks, asks its client to have a person log in, and makes it again; else says where to. */
export class SignIn {
  readonly #options: SignInOptions;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** The time that a person takes is not the server's: outside of what watches that. */
  readonly middleware: Middleware = next => call => {
    if (!this.#options.isOpen(call.server)) return next(call);
    const { onProgress } = call;
    return next(call).catch(thrown => this.#mended(thrown, next, { ...call, onProgress, clock: undefined }));
  };

  /** Resolves when a person has logged in; rejects with `thrown`, and the address of a page, when nobody has. */
  async mend(thrown: unknown, server: string, context: CallContext): Promise<void> {
    if (!(thrown instanceof McpxError) || thrown.code !== 'UPSTREAM_NEEDS_AUTH') throw thrown;
    const login = await this.#options.login(server, context.principal);
    if (login === undefined || !login.isPersonal || login.principal !== context.principal) throw thrown;
    const page = await this.#options.page(server);
    if (page === undefined) throw thrown;
    if (await logsIn(login, page, thrown, context)) return;
    const { code, message, help, data } = thrown;
    throw new McpxError(code, message, {
      help: `${help} Or have the person open ${page}`,
      data,
      cause: thrown,
    });
  }

  async #mended(thrown: unknown, next: Handler, call: Call): Promise<RawResponse> {
    await this.mend(thrown, call.server, call.context);
    return next(call);
  }
}

/** Whether the person at the client has logged in; at once false where the client cannot show them a page. */
async function logsIn(
  login: Login,
  url: string,
  { message }: McpxError,
  context: CallContext,
): Promise<boolean> {
  const { ask, tell, capabilities, cancellation, era } = context;
  const elicitationId = randomUUID();
  const params = { mode: 'url', message, url, ...(era === 'legacy' && { elicitationId }) };
  if (ask === undefined || !canBeAsked(capabilities, method, params)) return false;
  const { cancellation: deadline, release } = childOf(cancellation);
  const timer = setTimeout(
    () => deadline.cancel(new McpxError('CALL_CANCELLED', 'nobody logged in')),
    patienceMs,
  );
  try {
    const found = login.another(deadline);
    const agreed = ask({ method, params, cancellation: deadline }).then(isAccepted);
    agreed.catch(() => {}); // when somebody has logged in meanwhile
    // somebody who logs in need not say so as well
    const isIn = await Promise.race([found, agreed.then(agrees => agrees && found)]);
    if (isIn && era === 'legacy') tell?.('notifications/elicitation/complete', { elicitationId });
    return isIn;
  } catch {
    cancellation.throwIfCancelled();
    return false; // a client that cannot be asked after all is told what to do
  } finally {
    deadline.cancel(new McpxError('CALL_CANCELLED', 'the question is answered'));
    clearTimeout(timer);
    release();
  }
}

function isAccepted(response: RawResponse): boolean {
  return 'result' in response && isObject(response.result) && response.result['action'] === 'accept';
}
