/** Names and values of the semantic conventions for MCP, whose constants are not in a stable package yet. */
import type { Attributes } from '@opentelemetry/api';
import { isObject } from '../../json.ts';
import type { Outcome, RawResponse, RequestNote } from '../../types.ts';
import type { Attempt, CallNote } from '../notes.ts';
import { argumentsOf, resultOf } from '../payloads.ts';
import { safeName } from '../safe.ts';

interface Ended {
  outcome?: Outcome;
  code?: string | number;
  response?: RawResponse;
}

/** `{mcp.method.name} {target}`: a tool or a prompt, never the address of a resource. */
export function spanName(method: string, target: string | undefined): string {
  return target === undefined ? method : `${method} ${safeName(target)}`;
}

/** What is asked, in a form that traces and metrics share. */
export function operation(method: string, target: string | undefined): Attributes {
  return {
    'mcp.method.name': method,
    ...(method === 'tools/call' && { 'gen_ai.operation.name': 'execute_tool' }),
    ...(target !== undefined && { [targetName(method)]: safeName(target) }),
  };
}

function targetName(method: string): string {
  return method === 'prompts/get' ? 'gen_ai.prompt.name' : 'gen_ai.tool.name';
}

/** The tool or prompt that a client asks for. */
export function targetOfRequest({ method, name }: RequestNote): string | undefined {
  return method === 'tools/call' || method === 'prompts/get' ? name : undefined;
}

/** The tool or prompt that a server is asked for, as the server calls it. */
export function targetOfCall({ method, tool, params }: CallNote): string | undefined {
  const { name } = params;
  return tool ?? (method === 'prompts/get' && typeof name === 'string' ? name : undefined);
}

/** How it ended; nothing where that is well. */
export function ending({ outcome, code, response }: Ended): Attributes {
  if (outcome === 'ok' || outcome === 'asked') return {};
  const rpc = response !== undefined && 'error' in response ? response.error.code : undefined;
  return {
    'error.type': outcome === 'tool_error' ? 'tool_error' : String(code ?? outcome),
    ...(Number.isSafeInteger(rpc) && { 'rpc.response.status_code': String(rpc) }),
  };
}

/** Of a request that a client has made. */
export function requestAttributes(note: RequestNote, payloads: boolean): Attributes {
  const { id, rpcId, principal, client, transport, session } = note;
  return {
    ...operation(note.method, targetOfRequest(note)),
    ...(rpcId !== undefined && { 'jsonrpc.request.id': String(rpcId).slice(0, 100) }),
    ...versionIn(note),
    'network.transport': transport,
    ...(payloads && session !== undefined && { 'mcp.session.id': session }),
    'mcpx.request.id': id,
    'mcpx.principal': safeName(principal),
    'mcpx.client': safeName(client),
  };
}

/** Of what it has led to at a server; `url`: where that is reached. */
export function attemptAttributes(
  { call, protocolVersion, transport }: Attempt,
  payloads: boolean,
  url: string | undefined,
): Attributes {
  return {
    ...addressIn(url),
    ...operation(call.method, targetOfCall(call)),
    ...(protocolVersion && { 'mcp.protocol.version': safeName(protocolVersion) }),
    ...(transport !== undefined && { 'network.transport': transport }),
    ...(payloads && call.tool !== undefined && { 'gen_ai.tool.call.arguments': argumentsOf(call) }),
    'mcpx.server': safeName(call.server),
  };
}

function addressIn(url: string | undefined): Attributes {
  if (url === undefined || !URL.canParse(url)) return {};
  const { hostname, port, protocol } = new URL(url);
  return { 'server.address': hostname, 'server.port': Number(port) || (protocol === 'http:' ? 80 : 443) };
}

/** The result, where that is asked for. */
export function resultAttributes({ call, response }: Attempt, payloads: boolean): Attributes {
  const result = payloads && call.tool !== undefined ? resultOf({ response }) : undefined;
  return result === undefined ? {} : { 'gen_ai.tool.call.result': result };
}

const versionKey = 'io.modelcontextprotocol/protocolVersion';

/** Of the protocol, as the request says it, by its header or in its envelope. */
function versionIn({ params, protocolVersion }: RequestNote): Attributes {
  const { _meta } = params;
  const version = protocolVersion ?? (isObject(_meta) ? _meta[versionKey] : undefined);
  return typeof version === 'string' ? { 'mcp.protocol.version': safeName(version) } : {};
}
