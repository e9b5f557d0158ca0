import { askable } from '../call/kinds.ts';
import type { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import type { Era, JsonObject, RawResponse, RpcErrorObject } from '../types.ts';

/** JSON-RPC's "invalid params". */
export const invalidParams = -32_602;
/** A request whose headers do not say what it says itself (SEP-2243). */
export const headerMismatch = -32_020;
const internalError = -32_603;
/** What clients of 2025 expect of a resource that is not there; reserved in 2026 (SEP-2164). */
const resourceNotFound = -32_002;
/** What a server of 2025 answers where a person must first be sent somewhere; unknown in 2026. */
const urlElicitationRequired = -32_042;

/** A request that only a client with a certain capability can have answered; over HTTP its status is 400. */
export const missingCapability = -32_021;

/** Errors by which a server of 2026 finds fault with our request, not with the client's: headers, capabilities, version. */
const ofOurHop: ReadonlySet<number> = new Set([headerMismatch, missingCapability, -32_022]);

export function refused(code: number, message: string, data?: unknown): RawResponse {
  return { error: { code, message, ...(data !== undefined && { data }) } };
}

/** A failure of ours as a JSON-RPC error of the client's era. */
export function failed({ code, rpcCode, text, data, retryable }: McpxError, era: Era): RawResponse {
  if (code === 'UNKNOWN_RESOURCE' && era === 'legacy') return refused(resourceNotFound, text, data);
  if (rpcCode === invalidParams) return refused(rpcCode, text, data);
  return refused(rpcCode, text, { 'mcpx/error': { code, retryable } });
}

/**
 * A server's error as a client of `era` may see it: codes that would mean something else on its hop are told in words. What
 * the server misses in us because the client has not `declared` it, is the client's own affair.
 */
export function errorFor(era: Era, error: RpcErrorObject, declared: JsonObject): RpcErrorObject {
  const { code, message, data } = error;
  if (era === 'modern' && code === missingCapability && !hasAll(declared, required(data))) return error;
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

/** Of what a server requires, that which servers are told of clients. */
function required(data: unknown): JsonObject {
  return askable(isObject(data) ? data['requiredCapabilities'] : undefined);
}

/** Whether everything that `wanted` names, at any depth, is in `given`. */
function hasAll(given: unknown, wanted: JsonObject): boolean {
  return Object.entries(wanted).every(
    ([name, part]) => isObject(given) && name in given && hasAll(given[name], isObject(part) ? part : {}),
  );
}
