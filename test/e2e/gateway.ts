import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { alive, childrenOf } from '../fixtures/start.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The built product. */
export const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** How a process ended, and all it said. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

/** A process of ours that prints, and whose printing can be waited for. */
export class Printing {
  readonly child: ChildProcess;
  readonly pid: number;
  out = '';
  err = '';
  readonly exit: Promise<Ended>;
  readonly #printed = new EventEmitter().setMaxListeners(0);

  constructor(args: string[], env: Record<string, string>, cwd?: string, program = process.execPath) {
    this.child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.pid = this.child.pid!;
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => this.#heard({ out: text }));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => this.#heard({ err: text }));
    this.exit = once(this.child, 'exit').then(([code, signal]) => {
      this.#printed.emit('more');
      return { code, signal, out: this.out, err: this.err };
    });
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits for text on stdout or stderr; rejects when the process ends without it. */
  async says(text: string | RegExp): Promise<void> {
    const said = () =>
      typeof text === 'string' ? (this.out + this.err).includes(text) : text.test(this.out + this.err);
    while (!said()) {
      if (!this.running) throw new Error(`it ended without saying ${text}: ${this.out}${this.err}`);
      await once(this.#printed, 'more');
    }
  }

  #heard({ out = '', err = '' }): void {
    this.out += out;
    this.err += err;
    this.#printed.emit('more');
  }
}

/** A running `mcpx serve`. */
export class Gateway extends Printing {
  /** Of the endpoint. */
  url = '';
  base = '';
  port = 0;

  /** `command`: what runs `mcpx`. */
  static async start(
    args: string[],
    env: Record<string, string>,
    command: string[] = [process.execPath, main],
  ): Promise<Gateway> {
    const [program, ...first] = command;
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      const named = args.includes('--port') ? [] : ['--port', String(port)];
      const gateway = new Gateway([...first, 'serve', ...args, ...named], env, undefined, program);
      try {
        await gateway.says(/serves \d+ servers? at \S+\n/);
      } catch (error) {
        if (attempt < 3 && named.length > 0 && gateway.err.includes('is taken')) continue; // somebody was faster
        throw error;
      }
      gateway.url = /serves \d+ servers? at (\S+)\n/.exec(gateway.out)![1]!;
      gateway.base = gateway.url.replace(/\/mcp$/, '');
      gateway.port = Number(new URL(gateway.url).port);
      return gateway;
    }
  }

  /** Its servers and its watchdog. */
  children(): number[] {
    return childrenOf(this.pid);
  }

  /** Waits until `server` has listed. */
  listed(server: string): Promise<void> {
    return this.says(new RegExp(`${server}: \\d+ tools? listed`));
  }

  /** Waits until `server` has failed, or asks for a credential. */
  failed(server: string): Promise<void> {
    return this.says(new RegExp(`${server}: (failed|needs_auth|degraded)`));
  }

  /** `/healthz`, with the detail that a credential shows. */
  async health(headers: Record<string, string> = {}): Promise<Health> {
    const response = await fetch(`${this.base}/healthz`, { headers: { connection: 'close', ...headers } });
    return (await response.json()) as Health;
  }

  /** SIGTERM, then SIGKILL. */
  async stop(): Promise<void> {
    if (!this.running) return;
    const killer = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
    this.child.kill('SIGTERM');
    await this.exit;
    clearTimeout(killer);
  }
}

export interface Health {
  status: string;
  tools?: number;
  configuration?: { version: string };
  servers?: { name: string; state: string; reason?: string; tools: number; pool?: { total: number } }[];
}

/** Runs a Node program to its end. */
export function runToEnd(args: string[], env: Record<string, string>, cwd?: string): Promise<Ended> {
  return new Printing(args, env, cwd).exit;
}

/** A loopback port that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when none of `pids` runs any more; rejects after `ms` with those that do. */
export async function gone(pids: number[], ms: number): Promise<void> {
  const deadline = performance.now() + ms;
  for (;;) {
    const left = pids.filter(alive);
    if (left.length === 0) return;
    if (performance.now() > deadline) throw new Error(`still running after ${ms} ms: ${left.join(', ')}`);
    await new Promise(resolve => setTimeout(resolve, 20)); // the end of a process that is not our child has no event
  }
}
