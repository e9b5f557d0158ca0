import type { IncomingMessage } from 'node:http';
import type { McpxError } from '../errors.ts';
import { publish } from '../telemetry/events.ts';

const refusals: ReadonlySet<string> = new Set(['UNAUTHORIZED', 'FORBIDDEN_HOST', 'FORBIDDEN_ORIGIN']);

/** Tells of a request that is refused for what it shows or where it comes from; of no other error. */
export function tellOfRefusal({ method = '', url = '', socket }: IncomingMessage, { code }: McpxError): void {
  if (!refusals.has(code)) return;
  const [path = ''] = url.split('?', 1); // what follows may be a secret
  publish('auth.refused', { code, method, path, from: socket.remoteAddress ?? '' });
}
