import type { ServerResponse } from 'node:http';
import type { McpxError } from '../errors.ts';

/** Answers with JSON; without effect when an answer has begun. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Answers with a JSON-RPC error that belongs to no request, under the error's own HTTP status. */
export function sendError(
  response: ServerResponse,
  error: McpxError,
  headers: Record<string, string> = {},
): void {
  const body = {
    jsonrpc: '2.0',
    id: null,
    error: { code: error.rpcCode, message: error.text, data: { code: error.code } },
  };
  sendJson(response, error.status, body, headers);
}
