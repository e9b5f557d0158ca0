import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alive, fixture, type HttpFixture, preloaded, startHttp } from '../fixtures/start.ts';
import { type HttpOptions, type Kind, type McpClient, overHttp, overStdio, type Person } from './clients.ts';
import { type Ended, Gateway, main, runToEnd } from './gateway.ts';
import { RawHttp, RawStdio } from './wire.ts';

/** One server of a configuration. */
export type Server = Record<string, unknown>;

export interface Settings {
  /** `gateway` of the configuration. */
  gateway?: Server;
  defaults?: Server;
  /** More arguments for the gateway. */
  args?: string[];
  /** More variables for its environment. */
  env?: Record<string, string>;
  /** What runs it, where that is not simply Node. */
  command?: string[];
}

/** Where a gateway writes what it has run, when that is counted. */
const coverage = process.env['MCPX_COVERAGE'];
const covering: Record<string, string> = coverage === undefined ? {} : { NODE_V8_COVERAGE: coverage };

/** A temporary folder and everything that one test starts; `close` ends and removes all of it. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'mcpx-e2e-'));
  readonly state = join(this.folder, 'state');
  /** The processes that were started from here, as far as their ids are known. */
  readonly pids = new Set<number>();
  readonly #written = new Map<string, number>();
  readonly #ends: (() => Promise<unknown>)[] = [];

  /** The whole environment of what is started. Its servers inherit the XDG folders: that is how they are found again. */
  env(more: Record<string, string> = {}): Record<string, string> {
    const base = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder,
      TMPDIR: this.folder,
      XDG_STATE_HOME: this.state,
      XDG_CONFIG_HOME: join(this.folder, 'config'),
      ...covering,
    };
    return { ...base, ...more };
  }

  /** Writes a configuration with these servers and returns its path: another one for another configuration. */
  write(servers: Record<string, Server>, { gateway, defaults }: Settings = {}): string {
    const text = JSON.stringify({ mcpServers: servers, gateway, defaults });
    const number = this.#written.get(text) ?? this.#written.size;
    this.#written.set(text, number);
    const file = join(this.folder, number === 0 ? 'mcpx.json' : `mcpx-${number}.json`); // servers run in its folder
    writeFileSync(file, text);
    return file;
  }

  /** `mcpx serve` with these servers, listening. */
  async serve(servers: Record<string, Server>, settings: Settings = {}): Promise<Gateway> {
    return this.serveFile(this.write(servers, settings), settings);
  }

  async serveFile(file: string, { args = [], env, command }: Settings = {}): Promise<Gateway> {
    const gateway = await Gateway.start(['--config', file, ...args], this.env(env), command);
    this.#started(gateway.pid, () => gateway.stop());
    return gateway;
  }

  /** The command line of `mcpx stdio` with these servers. */
  stdioCommand(servers: Record<string, Server>, settings: Settings = {}) {
    const args = [main, 'stdio', '--config', this.write(servers, settings), ...(settings.args ?? [])];
    return { command: process.execPath, args, env: this.env(settings.env) };
  }

  /** An SDK client with a stdio gateway of its own. */
  async stdio(kind: Kind, servers: Record<string, Server>, settings: Settings = {}): Promise<McpClient> {
    return this.stdioTo(kind, this.stdioCommand(servers, settings));
  }

  async stdioTo(kind: Kind, command: ReturnType<Place['stdioCommand']>, person?: Person): Promise<McpClient> {
    const client = await overStdio(kind, command, person);
    this.#started(client.pid, () => client.close());
    return client;
  }

  /** An SDK client of an HTTP gateway. */
  async http(kind: Kind, url: string, options: HttpOptions = {}): Promise<McpClient> {
    const client = await overHttp(kind, url, options);
    this.#ends.push(() => client.close());
    return client;
  }

  /** A raw client of any command over stdio, past its handshake. */
  async rawStdio(
    era: 'legacy' | 'modern',
    command: { command: string; args: string[]; env?: Record<string, string>; cwd?: string },
  ) {
    const client = new RawStdio(era, { env: this.env(), ...command });
    this.#started(client.pid, () => client.end());
    await client.ready();
    return client;
  }

  /** A raw client of a Streamable HTTP server, past its handshake. */
  async rawHttp(era: 'legacy' | 'modern', url: string, headers?: Record<string, string>): Promise<RawHttp> {
    const client = new RawHttp(era, url, headers);
    this.#ends.push(async () => client.end());
    await client.ready();
    return client;
  }

  /** An HTTP fixture server. */
  async fixtureHttp(name: string, ...args: string[]): Promise<HttpFixture> {
    const server = await startHttp(name, ...args);
    this.#started(server.pid, () => server.stop());
    return server;
  }

  /** Runs a command of `mcpx` to its end. */
  run(args: string[], env: Record<string, string> = {}): Promise<Ended> {
    return runToEnd([main, ...args], this.env(env));
  }

  /** The files of the listings kept on disk. */
  listings(): string[] {
    return this.files().filter(path => /listings\/[0-9a-f]+\.json$/.test(path));
  }

  /** Every file in the state folder. */
  files(): string[] {
    mkdirSync(this.state, { recursive: true });
    return readdirSync(this.state, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name));
  }

  /** What stands in the audit file, or in `file`. */
  audit(file = join(this.state, 'mcpx/audit.jsonl')): Record<string, unknown>[] {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
    return lines.map(line => JSON.parse(line) as Record<string, unknown>);
  }

  /** Processes that were started from here and still run. */
  left(): number[] {
    return [...new Set([...[...this.pids].filter(alive), ...markedWith(this.folder)])];
  }

  /** Runs `end` before everything is taken away. */
  onClose(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  async close(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #started(pid: number, end: () => Promise<unknown>): void {
    this.pids.add(pid);
    this.#ends.push(end);
  }
}

/** The processes, zombies left out, whose environment names `folder`. */
export function markedWith(folder: string): number[] {
  const names = (() => {
    try {
      return readdirSync('/proc');
    } catch {
      return []; // no /proc: only the processes that we know by their ids are looked at
    }
  })();
  return names
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => pid !== process.pid && environmentOf(pid).includes(folder) && alive(pid));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return ''; // gone meanwhile, or not ours
  }
}

export { fixture, preloaded };
