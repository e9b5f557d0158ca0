import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { atOnce, measure } from '../lib/load.ts';
import { cpuMicros, residentMb } from '../lib/processes.ts';
import { printLoads } from '../lib/report.ts';
import { bareRelay, everything, fixture, gateway, type ServerEntry, workplace } from '../lib/subjects.ts';

/** A small echo over stdio: the official client to the server itself, and through us. */
export async function overStdio(): Promise<void> {
  await compare('echo (a server without an SDK)', fixture('echo'));
  await compare('server-everything', everything());
}

async function compare(title: string, server: ServerEntry): Promise<void> {
  const { config, env } = workplace({ echo: server });
  const direct = await connect(server.command!, server.args!, env);
  const through = await connect(process.execPath, [gateway, 'stdio', '--quiet', '--config', config], env);
  const bare = await connect(process.execPath, [bareRelay, server.command!, ...server.args!], env);
  const message = { message: 'hello' };
  const paths = [
    { name: 'direct', call: () => direct.client.callTool({ name: 'echo', arguments: message }) },
    {
      name: 'bare relay',
      call: () =>
        bare.client.callTool({ name: 'exec', arguments: { tool: 'echo.echo', arguments: message } }),
    },
    {
      name: 'mcpx',
      call: () =>
        through.client.callTool({ name: 'exec', arguments: { tool: 'echo.echo', arguments: message } }),
    },
  ];
  const loads = await measure(paths);
  printLoads(`stdio, ${title}`, loads);
  for (const [index, { pid }] of [bare, through].entries()) {
    const { name, call } = paths[index + 1]!;
    const cpu = await cpuPerCall(call, pid);
    console.log(
      `  ${name}: CPU ${cpu.toFixed(0)} µs a call at 32 in flight, memory ${residentMb(pid).toFixed(0)} MB`,
    );
  }
  console.log();
  await Promise.all([direct, bare, through].map(({ client }) => client.close()));
}

async function cpuPerCall(call: () => Promise<unknown>, pid: number): Promise<number> {
  const calls = 10_000;
  const before = cpuMicros(pid);
  await atOnce(call, calls, 32);
  return (cpuMicros(pid) - before) / calls;
}

async function connect(command: string, args: string[], env: Record<string, string>) {
  const client = new Client({ name: 'bench', version: '1' });
  const transport = new StdioClientTransport({ command, args, env, stderr: 'ignore' });
  await client.connect(transport);
  return { client, pid: transport.pid! };
}
