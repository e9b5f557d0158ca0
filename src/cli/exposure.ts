import type { Config } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import { isLoopback } from '../server/guard.ts';
import { printError } from './print.ts';

/** Whoever can reach the gateway can run its tools: other machines only with a key. Throws BIND_REFUSED. */
export function checkExposure(host: string, { gateway: { keys } }: Config, insecure: boolean): void {
  if (isLoopback(host) || keys.length > 0) return;
  if (!insecure)
    throw new McpxError('BIND_REFUSED', `${host} is reachable from other machines, and no keys are set.`);
  printError(`warning: everybody who can reach ${host} can run every tool: no keys are set`);
}
