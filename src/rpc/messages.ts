import { isObject } from '../json.ts';
import type { JsonObject, RpcErrorObject } from '../types.ts';

/** JSON-RPC 2.0 messages as they travel: shapes are claimed, not validated (see `asMessage`). */
export type RequestId = string | number;

export interface RpcRequest {
  jsonrpc: '2.0';
  id: RequestId;
  method: string;
  params?: JsonObject;
}

export interface RpcNotification {
  jsonrpc: '2.0';
  method: string;
  params?: JsonObject;
}

export interface RpcAnswer {
  jsonrpc: '2.0';
  id: RequestId;
  result?: JsonObject;
  error?: RpcErrorObject;
}

export type RpcMessage = RpcRequest | RpcNotification | RpcAnswer;

/** Keys of the per-request envelope in `params._meta` (MCP 2026-07-28, SEP-2575). */
export const envelopeKey = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
} as const;

/** Key of the id of the stream in `_meta` of what is told on it (MCP 2026-07-28). */
export const subscriptionIdKey = 'io.modelcontextprotocol/subscriptionId';

/** Key of the severity in `params._meta` from which a request wants to have log messages (MCP 2026-07-28). */
export const logLevelKey = 'io.modelcontextprotocol/logLevel';

/** The protocol revision from which requests are stateless and carry an envelope. */
export const modernVersion = '2026-07-28';

/** `value` as a JSON-RPC message, or undefined when it is none: servers print all kinds of things. */
export function asMessage(value: unknown): RpcMessage | undefined {
  if (!isObject(value) || value['jsonrpc'] !== '2.0') return undefined;
  const named = typeof value['method'] === 'string';
  const answers = value['method'] === undefined && ('result' in value || 'error' in value);
  return named || answers ? (value as unknown as RpcMessage) : undefined;
}

export function isRequest(message: RpcMessage): message is RpcRequest {
  return 'method' in message && 'id' in message && message.id !== undefined && message.id !== null;
}

export function isNotification(message: RpcMessage): message is RpcNotification {
  return 'method' in message && !isRequest(message);
}

/** What servers of 2025 may ask of their client: requests in the other direction. */
const questions: ReadonlySet<string> = new Set([
  'elicitation/create',
  'sampling/createMessage',
  'roots/list',
]);

/** Whether `method` is a question that the gateway knows how to carry. */
export function isQuestion(method: string): boolean {
  return questions.has(method);
}
