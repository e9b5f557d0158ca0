import type { Outcome, RawResponse, RequestNote } from '../../types.ts';
import type { CallNote } from '../notes.ts';
import { safeJson, safeName, safeText } from '../safe.ts';
import { type Level, line, rounded, type Teller, teller } from './lines.ts';

const levels: Record<Outcome, Level> = {
  ok: 'info',
  asked: 'info',
  tool_error: 'info',
  rpc_error: 'info',
  cancelled: 'info',
  failed: 'warn',
  timeout: 'warn',
};

/** What is said of calls; `payloads`: with their arguments and results. */
export function callTellers(payloads: boolean): Teller[] {
  return [
    teller('call.started', 'debug', note => {
      const fields = { ...identityOf(note), ...(payloads && { arguments: argumentsOf(note) }) };
      return line('debug', `${titleOf(note)}: begun`, fields);
    }),
    teller('call.ended', 'warn', note => {
      const { outcome = 'failed', code, ms, queueMs, upstreamMs, attempts, cached, error } = note;
      const why = error === undefined ? '' : `: ${safeText(error)}`;
      return line(levels[outcome], `${titleOf(note)}: ${said(note)} in ${Math.round(ms)} ms${why}`, {
        ...identityOf(note),
        outcome,
        code,
        ms: rounded(ms),
        queueMs: rounded(queueMs),
        upstreamMs: rounded(upstreamMs),
        ...(attempts > 1 && { attempts }),
        ...(cached !== undefined && { cached }),
        ...(payloads && { arguments: argumentsOf(note), result: resultOf(note.response) }),
      });
    }),
    teller('request.ended', 'info', note => {
      const { calls, outcome, code, ms, name, method } = note;
      if (calls > 0) return undefined; // they have been told
      const isWrong = outcome !== 'ok' && outcome !== 'asked';
      const why = isWrong ? `: ${firstLine(note.response)}` : '';
      const fields = { ...identityOfRequest(note), outcome, code, ms: rounded(ms) };
      return line(isWrong ? 'info' : 'debug', `${safeName(name ?? method)}: ${said(note)}${why}`, fields);
    }),
  ];
}

/** What every line of a call says. */
function identityOf({ request, principal, client, server, tool }: CallNote) {
  return {
    request: request?.id,
    principal: safeName(principal),
    client: safeName(client),
    server: safeName(server),
    tool: tool && safeName(tool),
    trace: request?.traceId,
  };
}

function identityOfRequest({ id, principal, client, traceId }: RequestNote) {
  return { request: id, principal: safeName(principal), client: safeName(client), trace: traceId };
}

/** Such as `files.read_text_file`, or `files resources/read`. */
function titleOf({ server, tool, method }: CallNote): string {
  return tool === undefined ? `${safeName(server)} ${method}` : `${safeName(server)}.${safeName(tool)}`;
}

function said({ outcome, code }: { outcome?: Outcome; code?: string | number }): string {
  return code === undefined ? `${outcome}` : `${outcome} (${code})`;
}

function argumentsOf({ params }: CallNote): string {
  const { name: _, _meta, arguments: given, ...rest } = params;
  return safeJson(given ?? rest);
}

function resultOf(response: RawResponse | undefined): string | undefined {
  if (response === undefined) return undefined;
  return safeJson('error' in response ? response.error : response.result);
}

/** What the gateway answered a request that was wrong. */
function firstLine(response: RawResponse | undefined): string {
  if (response === undefined) return 'not answered';
  if ('error' in response) return safeText(response.error.message, 500);
  const { content } = response.result;
  const [block] = Array.isArray(content) ? (content as { text?: unknown }[]) : [];
  return safeText(String(block?.text ?? '').split('\n', 1)[0]!, 500);
}
