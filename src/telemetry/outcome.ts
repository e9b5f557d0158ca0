import { type ErrorCode, isErrorCode } from '../errors.ts';
import { isObject } from '../json.ts';
import type { Outcome, RawResponse } from '../types.ts';

/** Where an error's machine-readable part stands: in a tool result's `_meta`, or an error's `data`. */
export const errorKey = 'mcpx/error';

interface Ending {
  outcome: Outcome;
  code?: string | number;
}

/** How a response went: a server's, or the gateway's own, which says with it what was wrong. */
export function outcomeOfResponse(response: RawResponse): Ending {
  if ('error' in response) {
    const { code, data } = response.error;
    return ownEnding(data) ?? { outcome: 'rpc_error', ...codeOf(code) };
  }
  const { isError, resultType, _meta } = response.result;
  if (resultType === 'input_required') return { outcome: 'asked' };
  if (isError !== true) return { outcome: 'ok' };
  return ownEnding(_meta) ?? { outcome: 'tool_error' };
}

/** What a server's error says; servers say anything there, also what is no text. */
export function messageOf({ message }: { message?: unknown }): string {
  return typeof message === 'string' ? message : '';
}

/** Of a server's error; anything but a whole number, as the protocol has it, counts as none. */
function codeOf(code: unknown): { code?: number } {
  return Number.isSafeInteger(code) ? { code: code as number } : {};
}

/** What the gateway says of its own error, or of a server's that it has put into words. */
function ownEnding(said: unknown): Ending | undefined {
  const error = isObject(said) ? said[errorKey] : undefined;
  const code = isObject(error) ? error['code'] : undefined;
  if (typeof code === 'number') return { outcome: 'rpc_error', ...codeOf(code) };
  if (typeof code === 'string' && isErrorCode(code)) return { outcome: outcomeOfCode(code), code };
  return undefined;
}

/** How a call went that ended in an error of ours. */
export function outcomeOfCode(code: ErrorCode): Outcome {
  if (code === 'CALL_TIMEOUT') return 'timeout';
  return code === 'CALL_CANCELLED' ? 'cancelled' : 'failed';
}
