import { canBeAsked, neededFor } from '../call/kinds.ts';
import { isObject } from '../json.ts';
import { envelopeKey, modernVersion, type RpcRequest } from '../rpc/messages.ts';
import type { CallContext, Era, JsonObject, RawResponse } from '../types.ts';
import { self } from '../version.ts';
import { errorFor, missingCapability, refused } from './rpc-errors.ts';

/** Whether `request` carries a complete and current per-request envelope (SEP-2575). */
export function hasEnvelope(request: RpcRequest): boolean {
  const meta = request.params?.['_meta'];
  return (
    isObject(meta) &&
    meta[envelopeKey.protocolVersion] === modernVersion &&
    isObject(meta[envelopeKey.clientCapabilities]) &&
    (meta[envelopeKey.clientInfo] === undefined || isObject(meta[envelopeKey.clientInfo]))
  );
}

/** What a client of 2026 can do, as its request's envelope says. */
export function declaredIn(params: JsonObject | undefined): unknown {
  const meta = params?.['_meta'];
  return isObject(meta) ? meta[envelopeKey.clientCapabilities] : undefined;
}

/** Milliseconds for which a client may take our list for the same: it is told of a change only while it listens. */
const listTtlMs = 30_000;

/** A list of ours with what the 2026 era wants to know of every list; `shared`: it is for everybody (SEP-2549). */
export function withHint(list: JsonObject, era: Era, shared: boolean): JsonObject {
  if (era === 'legacy') return list;
  return { ...list, ttlMs: listTtlMs, cacheScope: shared ? 'public' : 'private' };
}

/** What a server of 2025 reads is good for nobody else, and for no time; one of 2026 says so itself (SEP-2549). */
export function withReadHint(response: RawResponse): RawResponse {
  if ('error' in response || response.result['resultType'] === 'input_required') return response;
  if ('ttlMs' in response.result && 'cacheScope' in response.result) return response;
  return { result: { ttlMs: 0, cacheScope: 'private', ...response.result } };
}

/**
 * A relayed answer in the form that a client's era expects. `undefined` members of other eras are taken off, what the
 * client's era demands is put on; everything else stays as the upstream said it.
 */
export function forEra(response: RawResponse, { era, capabilities }: CallContext): RawResponse {
  if ('error' in response) return { error: errorFor(era, response.error, capabilities) };
  if (era === 'modern')
    return undeclared(response.result, capabilities) ?? { result: modernResult(response.result) };
  const result = legacyResult(response.result);
  return result === response.result ? response : { result };
}

/** The refusal of questions that the client has not declared that it can be asked; undefined where there are none. */
function undeclared(
  { resultType, inputRequests }: JsonObject,
  declared: JsonObject,
): RawResponse | undefined {
  if (resultType !== 'input_required' || !isObject(inputRequests)) return undefined;
  for (const request of Object.values(inputRequests)) {
    const { method, params }: JsonObject = isObject(request) ? request : {};
    const asked = isObject(params) ? params : {};
    if (canBeAsked(declared, String(method), asked)) continue;
    const data = { requiredCapabilities: neededFor(String(method), asked) };
    return refused(missingCapability, `the client has not declared that it can be asked ${method}`, data);
  }
  return undefined;
}

/** Every 2026-era result says what it is, and who said it (SEP-2322, PR 3002). */
function modernResult(result: JsonObject): JsonObject {
  const meta = isObject(result['_meta']) ? result['_meta'] : {};
  const named = envelopeKey.serverInfo in meta ? meta : { [envelopeKey.serverInfo]: self, ...meta };
  const isModern = typeof result['resultType'] === 'string';
  if (isModern && named === result['_meta']) return result;
  // What is new comes first where the server's own order allows it: V8 is slow to add to a spread object.
  const stamped: JsonObject = isModern ? { ...result } : { resultType: 'complete', _meta: named, ...result };
  stamped['resultType'] ??= 'complete';
  stamped['_meta'] = named;
  return stamped;
}

/**
 * 2025-era clients know no `resultType`, no cache hint, no structured content but objects (the SDK wraps others the same
 * way), and drop a whole answer whose `_meta` is no object.
 */
function legacyResult(result: JsonObject): JsonObject {
  const fromModern = result['resultType'] !== undefined;
  const metaFits = result['_meta'] === undefined || isObject(result['_meta']);
  if (!fromModern && metaFits) return result;
  const { resultType: _, structuredContent, _meta, ...rest } = fromModern ? withoutHint(result) : result;
  const wraps = fromModern && structuredContent !== undefined && !isObject(structuredContent);
  return {
    ...rest,
    ...(structuredContent !== undefined && {
      structuredContent: wraps ? { result: structuredContent } : structuredContent,
    }),
    ...(metaFits && _meta !== undefined && { _meta }),
  };
}

function withoutHint({ ttlMs: _, cacheScope: __, ...rest }: JsonObject): JsonObject {
  return rest;
}
