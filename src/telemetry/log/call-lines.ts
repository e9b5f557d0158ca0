import type { Outcome, RawResponse, RequestNote } from '../../types.ts';
import { subscribe } from '../events.ts';
import type { CallNote } from '../notes.ts';
import { messageOf } from '../outcome.ts';
import { argumentsOf, resultOf } from '../payloads.ts';
import { safeName, safeText } from '../safe.ts';
import { type Level, type Line, line, ranks, rounded, type Teller, teller } from './lines.ts';

const levels: Record<Outcome, Level> = {
  ok: 'info',
  asked: 'info',
  tool_error: 'info',
  rpc_error: 'info',
  cancelled: 'info',
  failed: 'warn',
  timeout: 'warn',
};

/** Calls that went well, and of which a line is told in a second; of more only the count is. */
const callLines = 20;

export interface CallOptions {
  payloads: boolean;
  all: boolean;
  /** The least that is told. */
  least: number;
}

/** What is said of calls; `payloads`: with their arguments and results; `all`: however many there are. */
export function callTellers({ payloads, all, least }: CallOptions): Teller[] {
  return [
    teller('call.started', 'debug', note => {
      const fields = { ...identityOf(note), ...(payloads && { arguments: argumentsOf(note) }) };
      return line('debug', `${titleOf(note)}: begun`, fields);
    }),
    endedTeller(payloads, all, least),
  ];
}

/**
 * Tells of calls that have ended. Of more than `callLines` in a second only those that failed: for the rest of the second it
 * does not even listen, since whoever makes so many calls must not pay for what is not told.
 */
function endedTeller(payloads: boolean, all: boolean, least: number): Teller {
  return {
    upTo: 'warn',
    listen: write => {
      let told = 0;
      let timer: NodeJS.Timeout | undefined;
      let off = () => {};
      const tell = (note: CallNote) => write(endedLine(note, payloads));
      const tellRequest = (note: RequestNote) => note.calls === 0 && write(requestLine(note)); // else its calls were told
      const counted = () => {
        timer ??= all ? undefined : setTimeout(loud, 1_000).unref();
        if (!all && ++told >= callLines) quiet();
      };
      const loud = () => {
        off();
        timer = undefined;
        told = 0;
        const offs = [
          subscribe('call.ended', note => {
            tell(note);
            counted();
          }),
          ...(least > ranks.info ? [] : [subscribe('request.ended', tellRequest)]),
        ];
        off = () => {
          for (const end of offs) end();
        };
      };
      const quiet = () => {
        off();
        off = subscribe('call.failed', tell);
      };
      loud();
      return () => {
        clearTimeout(timer);
        off();
      };
    },
  };
}

/** Of a request that led to no call. */
function requestLine(note: RequestNote): Line {
  const { outcome, code, ms, name, method } = note;
  const isWrong = outcome !== 'ok' && outcome !== 'asked';
  const why = isWrong ? `: ${firstLine(note.response)}` : '';
  const fields = { ...identityOfRequest(note), outcome, code, ms: rounded(ms) };
  return line(isWrong ? 'info' : 'debug', `${safeName(name ?? method)}: ${said(note)}${why}`, fields);
}

function endedLine(note: CallNote, payloads: boolean): Line {
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
    ...(payloads && { arguments: argumentsOf(note), result: resultOf(note) }),
  });
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

/** What the gateway answered a request that was wrong. */
function firstLine(response: RawResponse | undefined): string {
  if (response === undefined) return 'not answered';
  if ('error' in response) return safeText(messageOf(response.error), 500);
  const { content } = response.result;
  const [block] = Array.isArray(content) ? (content as { text?: unknown }[]) : [];
  return safeText(String(block?.text ?? '').split('\n', 1)[0]!, 500);
}
