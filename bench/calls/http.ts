import { Agent } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { startGateway, startServer } from '../lib/gateway.ts';
import { atOnce, defaultLoad, measure } from '../lib/load.ts';
import { cpuMicros, residentMb } from '../lib/processes.ts';
import { execLegacy, execModern, modern, openSession } from '../lib/raw-http.ts';
import { printLoads, printTable } from '../lib/report.ts';
import { fixture } from '../lib/subjects.ts';

const message = { message: 'hello' };

/** A small echo over HTTP: the official client to the server itself and through us, and what we spend of it. */
export async function overHttp(): Promise<void> {
  await compare('2025 era', 'legacy-http', 'legacy');
  await compare('2026 era', 'modern-http', { pin: modern });
  await ownCpu();
}

async function compare(title: string, name: string, mode: 'legacy' | { pin: string }): Promise<void> {
  const server = await startServer(name);
  const mcpx = await startGateway({ echo: { url: server.url } });
  const direct = await connect(server.url, mode);
  const through = await connect(mcpx.url, mode);
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
  await Promise.all([mcpx.stop(), server.stop()]);
}

/** HTTP in, stdio out, a raw client with connections kept open: what is left is ours. */
async function ownCpu(): Promise<void> {
  const { pid, url, stop } = await startGateway({ echo: fixture('echo') });
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const session = await openSession(url, agent);
  const rows: string[][] = [];
  for (const [era, call] of [
    ['2025', () => execLegacy(url, agent, session, 'echo.echo', message)],
    ['2026', () => execModern(url, agent, 'echo.echo', message)],
  ] as const) {
    await atOnce(call, 3_000, 32);
    const calls = 10_000;
    const before = cpuMicros(pid);
    const rate = await atOnce(call, calls, 32);
    const cpu = (cpuMicros(pid) - before) / calls;
    rows.push([
      `${era} era`,
      `${cpu.toFixed(0)} µs`,
      `${rate.toFixed(0)}/s`,
      `${residentMb(pid).toFixed(0)} MB`,
    ]);
  }
  console.log('HTTP to stdio, a raw client, 32 in flight');
  printTable([['', 'our CPU a call', 'rate', 'memory'], ...rows]);
  console.log();
  agent.destroy();
  await stop();
}

async function connect(url: string, mode: 'legacy' | { pin: string }): Promise<Client> {
  const client = new Client({ name: 'bench', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
}
