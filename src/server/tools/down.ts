import { asMcpxError, McpxError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import type { View } from '../../view.ts';

const shownLines = 5;

/** Throws `thrown`; where it means that the server is not there, with its state, its last words, and what to do. */
export function downOr(gateway: View, server: string, thrown: unknown): never {
  const error = asMcpxError(thrown);
  if (!['UPSTREAM_UNAVAILABLE', 'UPSTREAM_NEEDS_AUTH', 'UPSTREAM_LOST'].includes(error.code)) throw error;
  const status = gateway.statuses().get(server);
  const lines = [`server "${server}" is ${status?.state ?? 'unknown'}: ${status?.reason ?? error.message}`];
  if (status?.reason !== undefined && error.code === 'UPSTREAM_LOST') lines.push(error.message);
  if (status?.state === 'ready' || status?.state === 'idle') lines[0] = error.message;
  if (error.code === 'UPSTREAM_NEEDS_AUTH') lines[0] = `server "${server}" is needs_auth: ${error.message}`;
  const { retryInMs } = isObject(error.data) ? error.data : {};
  if (typeof retryInMs === 'number')
    lines.push(`It is left alone for another ${Math.ceil(retryInMs / 1_000)} s.`);
  const stderr = status?.stderr.slice(-shownLines) ?? [];
  if (stderr.length > 0) lines.push('Its last lines on stderr:', ...stderr.map(line => `  ${line}`));
  throw new McpxError(error.code, lines.join('\n'), {
    help: error.code === 'UPSTREAM_NEEDS_AUTH' ? error.help : (status?.help ?? error.help),
    data: error.data,
    cause: error,
  });
}
