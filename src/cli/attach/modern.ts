import { isObject } from '../../json.ts';
import { envelopeKey, type RpcMessage } from '../../rpc/messages.ts';

/** The parameter that `Mcp-Name` repeats, by method (SEP-2243, SEP-2663). */
const named: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
]);

/** The headers that a 2026-era message has over HTTP; undefined for one without a claim to be of that era. */
export function modernHeaders(message: RpcMessage): Record<string, string> | undefined {
  if (!('method' in message)) return undefined;
  const { method, params } = message;
  const meta = isObject(params) && isObject(params['_meta']) ? params['_meta'] : {};
  const version = meta[envelopeKey.protocolVersion];
  if (typeof version !== 'string') return undefined;
  const name = params?.[named.get(method) ?? ''];
  return {
    'mcp-protocol-version': headerValue(version),
    'mcp-method': headerValue(method),
    ...(typeof name === 'string' && { 'mcp-name': headerValue(name) }),
  };
}

/** What is no plain ASCII, or would be taken for encoded, is encoded (SEP-2243). */
function headerValue(text: string): string {
  const plain = /^[\t\x20-\x7e]+$/.test(text) && text === text.trim() && !/^=\?base64\?.*\?=$/.test(text);
  return plain ? text : `=?base64?${Buffer.from(text, 'utf8').toString('base64')}?=`;
}
