import type { Target } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import { withoutSecrets } from '../secrets.ts';
import { describeEnd, type ProcessTransport } from './process.ts';

/** The HTTP status in whatever the SDK threw, however deep. */
export function httpStatus(thrown: unknown): number | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    const data = (error as { data?: { status?: unknown }; code?: unknown; status?: unknown }).data;
    if (typeof data?.status === 'number') return data.status;
    const { code } = error as { code?: unknown };
    if (typeof code === 'number' && code >= 400 && code < 600) return code;
    if (error.name === 'UnauthorizedError') return 401;
  }
  return undefined;
}

/** Whether the server refused a request because it does not know its session; many say 400 where 404 is meant. */
export function saysUnknownSession(thrown: unknown): boolean {
  const status = httpStatus(thrown);
  if (status !== 400) return status === 404;
  const { data } = thrown as { data?: { text?: unknown } };
  return /session/i.test(String(data?.text ?? ''));
}

/** The same failure of a server that was not reached at all: no call can have taken effect. */
export function asUnavailable(error: McpxError): McpxError {
  if (error.code !== 'UPSTREAM_LOST') return error;
  return new McpxError('UPSTREAM_UNAVAILABLE', error.message, { data: error.data, cause: error });
}

/** What went wrong with a connection, in words that a user can act on. `thrown` undefined: it just ended. */
export function explain(
  thrown: unknown,
  server: string,
  target: Target,
  process?: ProcessTransport,
): McpxError {
  const known = ours(thrown);
  if (known !== undefined) return known;
  const name = `server "${server}"`;
  if (process?.end !== undefined) {
    const stderr = process.tail.lines;
    return new McpxError('UPSTREAM_LOST', `${name} ${describeEnd(process.end)}${lastWords(stderr)}`, {
      data: { stderr },
    });
  }
  const status = httpStatus(thrown);
  if (status === 401 || status === 403) return needsAuth(name, status);
  if (status !== undefined) {
    const help = 'Check `url`; the server behind it may be down or may not speak MCP at this address.';
    return new McpxError('UPSTREAM_UNAVAILABLE', `${name} answered with HTTP status ${status}`, {
      help,
      cause: thrown,
    });
  }
  if (thrown === undefined) return new McpxError('UPSTREAM_LOST', `the connection to ${name} was closed`);
  return new McpxError('UPSTREAM_UNAVAILABLE', `${name}: ${withoutSecrets(reason(thrown, target))}`, {
    cause: thrown,
  });
}

/** One of our own errors, which the SDK may have wrapped. */
function ours(thrown: unknown): McpxError | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    if (error instanceof McpxError) return error;
  }
  return undefined;
}

function needsAuth(name: string, status: number): McpxError {
  const message = `${name} asks for authorisation (HTTP status ${status})`;
  const help = 'Put a valid credential into its `headers`, such as "Authorization": "Bearer ${env:TOKEN}".';
  return new McpxError('UPSTREAM_NEEDS_AUTH', message, { help });
}

/** What a failed server last wrote to stderr, as `explain` noted it. */
export function stderrOf(error: McpxError): string[] {
  const data = error.data as { stderr?: string[] } | undefined;
  return data?.stderr ?? [];
}

/** The innermost message: "fetch failed" says nothing, its cause does. */
function reason(thrown: unknown, target: Target): string {
  let error = thrown;
  for (let depth = 0; error instanceof Error && error.cause instanceof Error && depth < 5; depth++)
    error = error.cause;
  const { code } = error as NodeJS.ErrnoException;
  const where = target.type === 'stdio' ? target.command : new URL(target.url).host;
  if (code === 'ECONNREFUSED') return `nothing listens at ${where}`;
  if (code === 'ENOTFOUND') return `the host ${where} is not known`;
  const text = error instanceof Error ? error.message || code || error.name : String(error);
  return text.slice(0, 500);
}

function lastWords(lines: string[]): string {
  return lines.length === 0 ? '' : `; its last words: ${lines.slice(-3).join(' | ')}`;
}
