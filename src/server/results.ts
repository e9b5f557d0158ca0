import { asMcpxError } from '../errors.ts';
import { errorKey } from '../telemetry/outcome.ts';
import type { JsonObject, RpcErrorObject } from '../types.ts';

/** A tool result of one text. */
export function textResult(text: string): JsonObject {
  return { content: [{ type: 'text', text }] };
}

/** Any failure as a tool result that a model can act on. */
export function errorResult(thrown: unknown): JsonObject {
  const error = asMcpxError(thrown);
  const { code, retryable } = error;
  return { ...textResult(error.text), isError: true, _meta: { [errorKey]: { code, retryable } } };
}

/** An upstream's JSON-RPC error as a tool result, its code and data kept. */
export function rpcErrorResult(server: string, error: RpcErrorObject): JsonObject {
  const { code, data } = error;
  const text = `server "${server}" answered with error ${code}: ${error.message}`;
  const meta = { server, code, message: error.message, ...(data !== undefined && { data }) };
  return { ...textResult(text), isError: true, _meta: { [errorKey]: meta } };
}
