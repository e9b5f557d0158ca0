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
    return ownEnding(data) ?? { outcome: 'rpc_error', code };
  }
  const { isError, resultType, _meta } = response.result;
  if (resultType === 'input_required') return { outcome: 'asked' };
  if (isError !== true) return { outcome: 'ok' };
  return ownEnding(_meta) ?? { outcome: 'tool_error' };
}

/** What the gateway says of its own error, or of a server's that it has put into words. */
function ownEnding(said: unknown): Ending | undefined {
  const error = isObject(said) ? said[errorKey] : undefined;
  const code = isObject(error) ? error['code'] : undefined;
  if (typeof code === 'number') return { outcome: 'rpc_error', code };
  if (typeof code === 'string' && isErrorCode(code)) return { outcome: outcomeOfCode(code), code };
  return undefined;
}

/** How a call went that ended in an error of ours. */
export function outcomeOfCode(code: ErrorCode): Outcome {
  if (code === 'CALL_TIMEOUT') return 'timeout';
  return code === 'CALL_CANCELLED' ? 'cancelled' : 'failed';
}
