import { randomUUID } from 'node:crypto';
import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import type { CallContext, JsonObject, RawResponse } from '../types.ts';
import { asked, type Call, type Handler, type Middleware } from './call.ts';
import { canBeAsked } from './kinds.ts';

/** How often a server may ask during one call. */
const maxRounds = 16;

/** By this code a server of 2025 says that its user must first visit an address (MCP 2025-11-25, URL mode elicitation). */
const mustVisit = -32_042;

/**
 * A server of 2026 answers a call with questions and wants it made again with the answers (SEP-2322). A client of the same
 * era is told so; one of 2025, which knows nothing of it, is asked here, and the call made again until it is done. A server
 * of 2025 that wants its user to visit an address first has it asked as well, where the client does not know its error.
 */
export const rounds: Middleware = next => call =>
  next(call).then(response => {
    if ('error' in response)
      return response.error.code === mustVisit ? visited(response, next, call) : response;
    return call.context.era === 'legacy' && asks(response) ? answered(response.result, next, call) : response;
  });

/** The call made again when the user has agreed to visit what the server names; else the server's error. */
async function visited(refusal: RawResponse, next: Handler, call: Call): Promise<RawResponse> {
  const { era, verbatim } = call.context;
  const places =
    'error' in refusal && isObject(refusal.error.data) ? refusal.error.data['elicitations'] : undefined;
  const knowsItself = era === 'legacy' && verbatim === true;
  if (knowsItself || !Array.isArray(places) || places.length > maxRounds) return refusal;
  return (await asked(call, agrees(call.context, places))) ? next(call) : refusal;
}

/** Whether the user will visit all of them. */
async function agrees({ ask, capabilities }: CallContext, places: JsonObject[]): Promise<boolean> {
  for (const params of places) {
    const question = { method: 'elicitation/create', params: { ...params, mode: 'url' } };
    if (ask === undefined || !canBeAsked(capabilities, question.method, question.params)) return false;
    const response = await ask(question);
    if ('error' in response || response.result['action'] !== 'accept') return false;
  }
  return true;
}

async function answered(first: JsonObject, next: Handler, call: Call): Promise<RawResponse> {
  let question = first;
  for (let round = 0; round < maxRounds; round++) {
    const params = { ...call.params, ...(await again(call, question)) };
    const response = await next({ ...call, params });
    if (!asks(response)) return response;
    question = response.result;
  }
  throw new McpxError('UPSTREAM_PROTOCOL', `the server asks more than ${maxRounds} times`);
}

function asks(response: RawResponse): response is { result: JsonObject } {
  return 'result' in response && response.result['resultType'] === 'input_required';
}

/** What the call is made again with. */
async function again(call: Call, { inputRequests, requestState }: JsonObject): Promise<JsonObject> {
  const given = answers(call.context, isObject(inputRequests) ? inputRequests : {});
  const inputResponses = await asked(call, given);
  return { inputResponses, ...(requestState !== undefined && { requestState }) };
}

/** What the client answers, by the keys of the questions; all are put to it at once. */
async function answers({ ask, capabilities }: CallContext, inputRequests: JsonObject): Promise<JsonObject> {
  const given = Object.entries(inputRequests).map(async ([key, request]) => {
    const { method, params } = questionIn(request);
    if (ask === undefined || !canBeAsked(capabilities, method, params)) {
      throw new McpxError('CANNOT_ASK', `the client cannot be asked ${method}`);
    }
    const response = await ask({ method, params: withId(method, params) });
    if ('error' in response)
      throw new McpxError('CANNOT_ASK', `the client answered: ${response.error.message}`);
    return [key, response.result] as const;
  });
  return Object.fromEntries(await Promise.all(given));
}

/** A link as a client of 2025 is asked to open it: with an id, which a server of 2026 does not give it. */
function withId(method: string, params: JsonObject): JsonObject {
  const lacksIt =
    method === 'elicitation/create' && params['mode'] === 'url' && params['elicitationId'] === undefined;
  return lacksIt ? { ...params, elicitationId: randomUUID() } : params;
}

function questionIn(request: unknown): { method: string; params: JsonObject } {
  const { method, params }: JsonObject = isObject(request) ? request : {};
  if (typeof method !== 'string')
    throw new McpxError('UPSTREAM_PROTOCOL', 'the server asks nothing that can be read');
  return { method, params: isObject(params) ? params : {} };
}
