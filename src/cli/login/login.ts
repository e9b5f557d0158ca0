import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Cancellation } from '../../cancellation.ts';
import { currentEnvironment } from '../../config/environment.ts';
import { McpxError } from '../../errors.ts';
import type { Gateway } from '../../gateway.ts';
import { Arrivals } from '../../server/login/arrivals.ts';
import { listenOnLoopback } from '../../server/login/loopback.ts';
import { sendOutcome, sendPage } from '../../server/login/page.ts';
import { localPrincipal } from '../../types.ts';
import type { Login } from '../../upstream/auth/login.ts';
import { counted } from '../../words.ts';
import { writeDown } from '../audit.ts';
import type { Given } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { print, printJson, tell } from '../print.ts';
import { configuration, gatewayFrom, printWarnings } from '../setup.ts';
import { openBrowser } from './browser.ts';
import { describedLogin, shownLogin } from './shown.ts';
import { type Subject, subjectOf } from './subject.ts';

const callbackPath = '/callback';

/** `mcpx login SERVER`: 0 when somebody has logged in and the server accepts it. */
export async function run(given: Given): Promise<number> {
  const config = await configuration(given);
  printWarnings(config);
  const subject = subjectOf(config, given, 'login');
  const gateway = await gatewayFrom({ ...config, servers: [subject.server] });
  try {
    const login = await asked(gateway, subject);
    if (login === undefined) return exitCodes.ok;
    await person(login, subject, given);
    const { principal, server } = subject;
    await writeDown(config.file, { principal, what: `logged in to server ${JSON.stringify(server.name)}` });
    return await verified(gateway, login, subject, given);
  } finally {
    await gateway.close(500);
  }
}

/** The login, once the server has said what it wants; undefined when it wants none. */
async function asked(gateway: Gateway, { server, principal }: Subject): Promise<Login | undefined> {
  const { name } = server;
  gateway.start();
  await gateway.listed(name, server.connectTimeoutMs + 1_000);
  const login = (await gateway.login(name, principal))!;
  const { state, reason = 'it did not answer in time', help } = gateway.statuses().get(name)!;
  if (state === 'needs_auth' || login.isAsked) return login;
  if (state !== 'ready' && state !== 'idle') throw new McpxError('UPSTREAM_UNAVAILABLE', reason, { help });
  const { loggedIn } = (await gateway.login(name, localPrincipal))!.report;
  if (loggedIn) return login; // somebody wants to be somebody else there
  print(`server "${name}" works without a login.`);
  return undefined;
}

/** Sends a person to the authorization server, and waits until they are back. */
async function person(login: Login, { server }: Subject, given: Given): Promise<void> {
  const arrivals = new Arrivals();
  const port = server.target?.type === 'stdio' ? undefined : server.target?.auth?.callbackPort;
  const loopback = await listenOnLoopback(port, async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.method !== 'GET' || pathname !== callbackPath) return sendPage(response, 404, 'Not found');
    await arrivals.arrive(searchParams).then(
      () => sendOutcome(response),
      failure => sendOutcome(response, failure),
    );
    await once(response, 'close'); // the page is out before we leave
  });
  const interrupt = interruption();
  const reading = new AbortController();
  try {
    const authorisation = await login.authorise(loopback.base + callbackPath);
    const back = arrivals.wait(authorisation);
    const hasBrowser = given.values['no-browser'] !== true;
    const isOpen = hasBrowser && (await openBrowser(authorisation.address, currentEnvironment()));
    tell(isOpen ? 'Your browser opens this address; log in there:' : 'Open this address in a browser:');
    tell(authorisation.address.href);
    if (!isOpen) void readPasted(arrivals, reading.signal);
    await Promise.race([back, interrupt.happens]);
  } finally {
    interrupt.release();
    reading.abort();
    arrivals.close();
    loopback.close();
  }
}

/** Where no browser reaches us, the address at which it ended may be pasted; whoever waits for it hears of it. */
async function readPasted(arrivals: Arrivals, signal: AbortSignal): Promise<void> {
  tell('Should it be unable to show the last page, paste the address of that page here:');
  const lines = createInterface({ input: process.stdin, terminal: false, signal });
  try {
    for await (const line of lines) {
      const text = line.trim();
      if (text === '') continue;
      if (!URL.canParse(text)) tell('That is no address; it begins with http://127.0.0.1');
      else await arrivals.arrive(new URL(text).searchParams).catch(failure => tell(failure.message));
    }
  } finally {
    lines.close();
  }
}

/** Rejects when the user ends the command. */
function interruption(): { happens: Promise<never>; release: () => void } {
  let stop = () => {};
  const happens = new Promise<never>((_, reject) => {
    stop = () => reject(new McpxError('CALL_CANCELLED', 'interrupted; nothing was changed.'));
  });
  happens.catch(() => {}); // when it comes before anybody waits for it
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return { happens, release: () => void process.off('SIGINT', stop).off('SIGTERM', stop) };
}

/** Uses the login once: that somebody has logged in does not say that the server accepts it. */
async function verified(
  gateway: Gateway,
  login: Login,
  { server, principal }: Subject,
  given: Given,
): Promise<number> {
  const { name } = server;
  const context = {
    owner: 'login',
    principal,
    client: 'cli',
    era: 'legacy' as const,
    cancellation: new Cancellation(),
    capabilities: {},
  };
  const answer = await gateway.call({ server: name, method: 'tools/list', params: {} }, context);
  if ('error' in answer)
    throw new McpxError('LOGIN_FAILED', `server "${name}" says: ${answer.error.message}`);
  const { tools } = answer.result;
  const report = shownLogin(login.report);
  const { issuer, scope, expiresAt } = report;
  const count = Array.isArray(tools) ? tools.length : 0;
  if (given.values['json'] === true)
    printJson({ server: name, principal, issuer, scope, expiresAt, tools: count });
  else {
    const whose = principal === localPrincipal ? '' : `, for the key "${principal}" only`;
    print(`logged in to server "${name}"${whose}: it answers with ${counted(count, 'tool')}.`);
    print(describedLogin(report) ?? '');
  }
  return exitCodes.ok;
}
