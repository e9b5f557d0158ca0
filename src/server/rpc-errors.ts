import type { McpxError } from '../errors.ts';
import type { Era, RawResponse, RpcErrorObject } from '../types.ts';

/** JSON-RPC's "invalid params". */
export const invalidParams = -32_602;
/** A request whose headers do not say what it says itself (SEP-2243). */
export const headerMismatch = -32_020;
const internalError = -32_603;
/** What clients of 2025 expect of a resource that is not there; reserved in 2026 (SEP-2164). */
const resourceNotFound = -32_002;
/** What a server of 2025 answers where a person must first be sent somewhere; unknown in 2026. */
const urlElicitationRequired = -32_042;

/** Errors by which a server of 2026 finds fault with our request, not with the client's: headers, capabilities, version. */
const ofOurHop: ReadonlySet<number> = new Set([headerMismatch, -32_021, -32_022]);

export function refused(code: number, message: string, data?: unknown): RawResponse {
  return { error: { code, message, ...(data !== undefined && { data }) } };
}

/** A failure of ours as a JSON-RPC error of the client's era. */
export function failed({ code, rpcCode, text, data, retryable }: McpxError, era: Era): RawResponse {
  if (code === 'UNKNOWN_RESOURCE' && era === 'legacy') return refused(resourceNotFound, text, data);
  if (rpcCode === invalidParams) return refused(rpcCode, text, data);
  return refused(rpcCode, text, { 'mcpx/error': { code, retryable } });
}

/** A server's error as a client of `era` may see it: codes that would mean something else on its hop are told in words. */
export function errorFor(era: Era, error: RpcErrorObject): RpcErrorObject {
  const { code, message, data } = error;
  if (ofOurHop.has(code)) {
    const told = `the server refused the gateway's request (${code}): ${message}`;
    return { code: internalError, message: told, data: { upstream: error } };
  }
  if (era === 'legacy') return error;
  if (code === resourceNotFound) return { ...error, code: invalidParams };
  if (code === urlElicitationRequired)
    return { code: internalError, message, data: { upstream: { code, data } } };
  return error;
}
