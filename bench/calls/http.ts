import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { atOnce, defaultLoad, measure } from '../lib/load.ts';
import { cpuMicros, residentMb } from '../lib/processes.ts';
import { printLoads, printTable } from '../lib/report.ts';
import { fixture, gateway, type ServerEntry, workplace } from '../lib/subjects.ts';

const modern = '2026-07-28';
const message = { message: 'hello' };

/** A small echo over HTTP: the official client to the server itself and through us, and what we spend of it. */
export async function overHttp(): Promise<void> {
  await compare('2025 era', 'legacy-http', 'legacy');
  await compare('2026 era', 'modern-http', { pin: modern });
  await ownCpu();
}

async function compare(title: string, name: string, mode: 'legacy' | { pin: string }): Promise<void> {
  const server = await startServer(name);
  const { child, url } = await startGateway({ echo: { url: server.url } });
  const direct = await connect(server.url, mode);
  const through = await connect(url, mode);
  const paths = [
    { name: 'direct', call: () => direct.callTool({ name: 'echo', arguments: message }) },
    {
      name: 'mcpx',
      call: () => through.callTool({ name: 'exec', arguments: { tool: 'echo.echo', arguments: message } }),
    },
  ];
  printLoads(
    `HTTP to HTTP, ${title}`,
    await measure(paths, { ...defaultLoad, rounds: 6, sequential: 100, concurrent: 800 }),
  );
  console.log();
  await Promise.all([direct.close(), through.close()]);
  await Promise.all([stop(child), stop(server.child)]);
}

/** HTTP in, stdio out, a raw client with connections kept open: what is left is ours. */
async function ownCpu(): Promise<void> {
  const { child, url } = await startGateway({ echo: fixture('echo') });
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const session = await openSession(url, agent);
  const rows: string[][] = [];
  for (const [era, call] of [
    ['2025', () => post(url, agent, callBody(), { 'mcp-session-id': session })],
    ['2026', () => post(url, agent, callBody(envelope), modernHeaders)],
  ] as const) {
    await atOnce(call, 3_000, 32);
    const calls = 10_000;
    const before = cpuMicros(child.pid!);
    const rate = await atOnce(call, calls, 32);
    const cpu = (cpuMicros(child.pid!) - before) / calls;
    rows.push([
      `${era} era`,
      `${cpu.toFixed(0)} µs`,
      `${rate.toFixed(0)}/s`,
      `${residentMb(child.pid!).toFixed(0)} MB`,
    ]);
  }
  console.log('HTTP to stdio, a raw client, 32 in flight');
  printTable([['', 'our CPU a call', 'rate', 'memory'], ...rows]);
  console.log();
  agent.destroy();
  await stop(child);
}

const envelope = {
  'io.modelcontextprotocol/protocolVersion': modern,
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const modernHeaders = { 'mcp-protocol-version': modern, 'mcp-method': 'tools/call', 'mcp-name': 'exec' };

let nextId = 1;
function callBody(meta?: object): string {
  const params = {
    name: 'exec',
    arguments: { tool: 'echo.echo', arguments: message },
    ...(meta && { _meta: meta }),
  };
  return JSON.stringify({ jsonrpc: '2.0', id: nextId++, method: 'tools/call', params });
}

async function openSession(url: string, agent: Agent): Promise<string> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  };
  const opened = await post(
    url,
    agent,
    JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
    {},
  );
  const session = String(opened.headers['mcp-session-id']);
  await post(url, agent, JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }), {
    'mcp-session-id': session,
  });
  return session;
}

function post(url: string, agent: Agent, body: string, headers: Record<string, string>) {
  return new Promise<{ headers: Record<string, unknown> }>((resolve, reject) => {
    const options = {
      agent,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json, text/event-stream',
        ...headers,
      },
    };
    const sent = request(url, options, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode! >= 300 || text.includes('"isError":true'))
          reject(new Error(text.slice(0, 300)));
        else resolve({ headers: response.headers });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function connect(url: string, mode: 'legacy' | { pin: string }): Promise<Client> {
  const client = new Client({ name: 'bench', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
}

async function startServer(name: string): Promise<{ child: ChildProcess; url: string }> {
  const { command, args } = fixture(name);
  const child = spawn(command!, args!, { stdio: ['pipe', 'pipe', 'ignore'] });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, url: JSON.parse(line.toString()).url };
}

async function startGateway(
  servers: Record<string, ServerEntry>,
): Promise<{ child: ChildProcess; url: string }> {
  const { config, env } = workplace(servers);
  const port = await freePort();
  const args = [gateway, 'serve', '--config', config, '--port', String(port)];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout!, 'data');
  child.stdout?.resume();
  return { child, url: `http://127.0.0.1:${port}/mcp` };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}
