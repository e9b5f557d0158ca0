import { type Agent, request } from 'node:http';

export const modern = '2026-07-28';

const envelope = {
  'io.modelcontextprotocol/protocolVersion': modern,
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const modernHeaders = { 'mcp-protocol-version': modern, 'mcp-method': 'tools/call', 'mcp-name': 'exec' };

export interface Posted {
  headers: Record<string, unknown>;
  text: string;
}

let nextId = 1;

/** `exec` by a client of 2026: one request, no session. Rejects when the tool's result is an error. */
export function execModern(
  url: string,
  agent: Agent,
  tool: string,
  args: object,
  id = nextId++,
): Promise<Posted> {
  return post(url, agent, execBody(id, tool, args, envelope), modernHeaders);
}

/** `exec` within a session of 2025. Rejects when the tool's result is an error. */
export function execLegacy(
  url: string,
  agent: Agent,
  session: string,
  tool: string,
  args: object,
): Promise<Posted> {
  return post(url, agent, execBody(nextId++, tool, args), { 'mcp-session-id': session });
}

function execBody(id: number, tool: string, args: object, meta?: object): string {
  const params = { name: 'exec', arguments: { tool, arguments: args }, ...(meta && { _meta: meta }) };
  return JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params });
}

/** Opens a session of 2025 and returns its id. */
export async function openSession(url: string, agent: Agent): Promise<string> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  };
  const hello = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  const { headers } = await post(url, agent, hello, {});
  const session = String(headers['mcp-session-id']);
  const initialized = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });
  await post(url, agent, initialized, { 'mcp-session-id': session });
  return session;
}

/** Ends a session of 2025. */
export async function closeSession(url: string, agent: Agent, session: string): Promise<void> {
  await send(url, agent, 'DELETE', '', { 'mcp-session-id': session });
}

function post(url: string, agent: Agent, body: string, headers: Record<string, string>): Promise<Posted> {
  return send(url, agent, 'POST', body, headers);
}

function send(
  url: string,
  agent: Agent,
  method: string,
  body: string,
  headers: Record<string, string>,
): Promise<Posted> {
  return new Promise((resolve, reject) => {
    const options = {
      agent,
      method,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json, text/event-stream',
        ...headers,
      },
    };
    const sent = request(url, options, response => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const failed = response.statusCode! >= 300 || text.includes('"isError":true');
        if (failed) reject(new Error(text.slice(0, 300)));
        else resolve({ headers: response.headers, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
