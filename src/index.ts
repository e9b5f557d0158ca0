/** MCPX inside a program: docs/embedding.md. */
import type { Configuration } from './configuration.ts';
import { Gateway, type Served, type ServeOptions } from './embedded.ts';

export type { Configuration } from './configuration.ts';
export type {
  CallOptions,
  ExecInput,
  Gateway,
  InspectInput,
  ResourcesInput,
  Served,
  ServeOptions,
  ToolResult,
} from './embedded.ts';

/**
 * A gateway in this process that begins to connect to its servers. `config` is what would stand in the file, or the path
 * of one. Rejects with an error whose `code` is CONFIG_INVALID where it cannot be used.
 */
export function createGateway(config: Configuration | string): Promise<Gateway> {
  return Gateway.create(config);
}

/**
 * A gateway that also serves over HTTP, at the address that `options` or `config` names. Rejects with an error whose
 * `code` is that of `createGateway`, or BIND_REFUSED, PORT_TAKEN, CANNOT_LISTEN.
 */
export async function serve(config: Configuration | string, options: ServeOptions = {}): Promise<Served> {
  const gateway = await Gateway.create(config);
  try {
    return { gateway, url: await gateway.listen(options) };
  } catch (error) {
    await gateway.close();
    throw error;
  }
}
