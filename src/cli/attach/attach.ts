import { randomUUID } from 'node:crypto';
import { currentEnvironment } from '../../config/environment.ts';
import { locateConfig, stateFolder } from '../../config/locate.ts';
import { McpxError } from '../../errors.ts';
import { defaultLineOptions } from '../../rpc/lines.ts';
import { within } from '../../within.ts';
import type { Given } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { findInstance } from '../instance/find.ts';
import type { Instance } from '../instance/instance.ts';
import { untilStopped } from '../lifecycle.ts';
import { text } from '../options.ts';
import { printError } from '../print.ts';
import { eachLine } from './input.ts';
import { Link } from './link.ts';
import { Output } from './output.ts';
import { Relay } from './relay.ts';
import { Route } from './route.ts';
import { Session } from './session.ts';

/** How long a client that says no more may wait for its answers: as long as a gateway of its own would let it. */
const settleMs = 10_000;
/** How long it may take to read the last of them. */
const flushMs = 1_000;

/** `mcpx stdio --attach`: passes on between stdin and stdout and the gateway that runs; starts no servers. */
export async function run(given: Given): Promise<number> {
  if (given.values['attach'] !== true) throw new McpxError('USAGE', '--start goes with --attach only.');
  const stopped = untilStopped().then(() => {});
  const env = currentEnvironment();
  const config = locateConfig({ named: text(given, 'config'), interactive: false, env, cwd: process.cwd() });
  const state = stateFolder(env);
  const found = given.values['start'] === true ? started(config, state) : running(config, state);
  const instance = await Promise.race([found, stopped]);
  const code =
    instance === undefined
      ? exitCodes.ok
      : await relay({ config, state, first: instance, path: pathOf(given) }, stopped);
  process.exit(code); // stdin may still be open
}

async function running(config: string, state: string): Promise<Instance> {
  const instance = await findInstance(config, state);
  if (instance === undefined) throw new McpxError('NO_GATEWAY', `no gateway runs that serves ${config}.`);
  return instance;
}

async function started(config: string, state: string): Promise<Instance> {
  const { startedInstance } = await import('./start.ts');
  return startedInstance(config, state);
}

/** What is relayed to: the gateway found first, where on it, and how to find the next. */
interface Attaching {
  config: string;
  state: string;
  first: Instance;
  path: string;
}

/** Relays until the client has gone, or the gateway. Returns the exit code. */
async function relay({ config, state, first, path }: Attaching, stopped: Promise<void>): Promise<number> {
  const output = new Output(process.stdout);
  const session = new Session(output);
  const next = async () => {
    const instance = await findInstance(config, state);
    if (instance === undefined) return undefined;
    const link = new Link(instance, path);
    await session.renew(link);
    return link;
  };
  const route = new Route(new Link(first, path), next);
  const relay = new Relay(route, session, output);
  const refuse = (id: string | number) => void relay.refuse(id);
  const read = eachLine(process.stdin, defaultLineOptions.maxLine, line => relay.take(line), refuse);
  const left = Promise.race([stopped, output.closed, read.then(() => relay.settled(settleMs))]);
  const code = await Promise.race([left.then(() => exitCodes.ok), route.gone.catch(failed)]);
  await relay.close();
  await within(flushMs, output.flushed());
  return code;
}

/** Where the gateway serves what the command line asks for; the name tells this window from others. */
function pathOf(given: Given): string {
  const asked = ['servers', 'profile'].map(name => [name, text(given, name)] as const);
  const query = new URLSearchParams({ client: randomUUID() });
  for (const [name, value] of asked) if (value !== undefined) query.set(name, value);
  return `/mcp${given.values['flat'] === true ? '/flat' : ''}?${query}`;
}

function failed(error: McpxError): number {
  printError(error.text);
  return exitCodes.failed;
}
