import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fixture, gateway, type ServerEntry, workplace } from './subjects.ts';

/** A process of ours that listens at `url`. */
export interface Running {
  child: ChildProcess;
  pid: number;
  url: string;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
}

/** `mcpx serve` in a workplace of its own; `settings` stand beside `mcpServers` in its configuration. */
export async function startGateway(
  servers: Record<string, ServerEntry>,
  settings: object = {},
): Promise<Running> {
  const { config, env } = workplace(servers, settings);
  const port = await freePort();
  const args = [gateway, 'serve', '--config', config, '--port', String(port)];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout!, 'data');
  child.stdout?.resume();
  return running(child, `http://127.0.0.1:${port}/mcp`);
}

/** A fixture that is an HTTP server. */
export async function startServer(name: string): Promise<Running> {
  const { command, args } = fixture(name);
  const child = spawn(command!, args!, { stdio: ['pipe', 'pipe', 'ignore'] });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return running(child, JSON.parse(line.toString()).url);
}

function running(child: ChildProcess, url: string): Running {
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { child, pid: child.pid!, url, stop };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
