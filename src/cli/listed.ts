import type { Config } from '../config/types.ts';
import type { Gateway } from '../gateway.ts';
import { gatewayFrom } from './setup.ts';

/** Does `work` with a gateway whose servers have listed, now or in an earlier run; nothing of it is left. */
export async function withListings<T>(
  config: Config,
  work: (gateway: Gateway) => T | Promise<T>,
): Promise<T> {
  const gateway = await gatewayFrom(config);
  try {
    gateway.start();
    await Promise.all(
      config.servers.map(({ name, connectTimeoutMs }) => gateway.listed(name, connectTimeoutMs)),
    );
    return await work(gateway);
  } finally {
    await gateway.close(500);
  }
}
