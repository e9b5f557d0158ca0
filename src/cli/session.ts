import { Cancellation } from '../cancellation.ts';
import type { Config } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import type { Gateway } from '../gateway.ts';
import { errorResult } from '../server/results.ts';
import type { CallContext, JsonObject } from '../types.ts';
import { gatewayFrom } from './setup.ts';

const stops = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs `work` with a gateway that has just the servers of `only`, or all, and has heard from them; whatever happens,
 * nothing of it is left. A failure becomes a result that says so.
 */
export async function withGateway(
  config: Config,
  only: string | undefined,
  work: (gateway: Gateway, context: CallContext) => Promise<JsonObject>,
): Promise<JsonObject> {
  const servers = only === undefined ? config.servers : config.servers.filter(({ name }) => name === only);
  const gateway = await gatewayFrom({ ...config, servers });
  const cancellation = new Cancellation();
  const interrupt = () => cancellation.cancel(new McpxError('CALL_CANCELLED', 'interrupted'));
  for (const signal of stops) process.on(signal, interrupt);
  try {
    gateway.start();
    const listed = servers.map(({ name, connectTimeoutMs }) => gateway.listed(name, connectTimeoutMs));
    await unlessCancelled(cancellation, Promise.all(listed));
    return await work(gateway, {
      owner: 'cli',
      principal: 'local',
      client: 'cli',
      capabilities: {},
      era: 'legacy',
      cancellation,
      verbatim: true,
    });
  } catch (thrown) {
    return errorResult(thrown);
  } finally {
    await gateway.close(500);
    for (const signal of stops) process.off(signal, interrupt);
  }
}

async function unlessCancelled(cancellation: Cancellation, work: Promise<unknown>): Promise<void> {
  let stopListening = () => {};
  const cancelled = new Promise((_, reject) => {
    stopListening = cancellation.onCancel(reject);
  });
  await Promise.race([work, cancelled]).finally(stopListening);
}

/** The server that an address such as `server.tool` begins with: the longest name that fits; undefined: any. */
export function serverOf(config: Config, address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  return config.servers
    .map(({ name }) => name)
    .filter(name => address === name || address.startsWith(`${name}.`) || address.startsWith(`${name}[`))
    .sort((a, b) => b.length - a.length)[0];
}
