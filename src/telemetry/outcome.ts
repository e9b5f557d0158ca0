import { type ErrorCode, isErrorCode } from '../errors.ts';
import { isObject } from '../json.ts';
import type { Outcome, RawResponse } from '../types.ts';

/** Where an error's machine-readable part stands in a tool result's `_meta`. */
export const errorKey = 'mcpx/error';

/** How a response went: a server's, or the gateway's own, which says in `_meta` what was wrong. */
export function outcomeOfResponse(response: RawResponse): { outcome: Outcome; code?: string | number } {
  if ('error' in response) return { outcome: 'rpc_error', code: response.error.code };
  const { isError, resultType, _meta } = response.result;
  if (resultType === 'input_required') return { outcome: 'asked' };
  if (isError !== true) return { outcome: 'ok' };
  const error = isObject(_meta) ? _meta[errorKey] : undefined;
  const code = isObject(error) ? error['code'] : undefined;
  if (typeof code === 'number') return { outcome: 'rpc_error', code };
  if (typeof code === 'string' && isErrorCode(code)) return { outcome: outcomeOfCode(code), code };
  return { outcome: 'tool_error' };
}

/** How a call went that ended in an error of ours. */
export function outcomeOfCode(code: ErrorCode): Outcome {
  if (code === 'CALL_TIMEOUT') return 'timeout';
  return code === 'CALL_CANCELLED' ? 'cancelled' : 'failed';
}
