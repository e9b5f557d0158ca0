/** Who is measured: gateways in front of several servers, and bridges in front of one, which are a floor. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../lib/gateway.ts';
import { gateway, root, type ServerEntry } from '../lib/subjects.ts';

type Servers = Record<string, ServerEntry>;
type Call = { name: string; arguments: Record<string, unknown> };

export interface Subject {
  name: string;
  version: string;
  /** A bridge has one server, the first. */
  isBridge: boolean;
  /** The command that serves `servers` at `port`. */
  command(servers: Servers, port: number, folder: string): { command: string; args: string[] };
  /** The path of its endpoint. */
  path: string;
  /** Left out, it is Streamable HTTP. */
  transport?: 'sse';
  /** How its client calls a tool of a server. */
  call(server: string, tool: string, given: object): Call;
}

const packages = join(root, 'bench/others/node_modules');
const programOf = (name: string, file: string) => join(packages, name, file);
const qualified = (server: string, tool: string, given: object): Call => ({
  name: `${server}__${tool}`,
  arguments: given as Record<string, unknown>,
});
const plain = (_: string, tool: string, given: object): Call => ({
  name: tool,
  arguments: given as Record<string, unknown>,
});
const node = (...args: string[]) => ({ command: process.execPath, args });
const commandLine = ({ command = '', args = [] }: ServerEntry) => [command, ...args];

const known: Subject[] = [
  {
    name: 'MCPX',
    version: versionIn(root),
    isBridge: false,
    command: (servers, port, folder) =>
      node(
        gateway,
        'serve',
        '--quiet',
        '--port',
        String(port),
        '--config',
        written(folder, { mcpServers: servers }),
      ),
    path: '/mcp',
    call: (server, tool, given) => ({
      name: 'exec',
      arguments: { tool: `${server}.${tool}`, arguments: given },
    }),
  },
  {
    name: 'callmux, meta-only',
    version: versionIn(join(packages, 'callmux')),
    isBridge: false,
    command: (servers, port, folder) => {
      const config = written(folder, { servers, metaOnly: true });
      return node(programOf('callmux', 'dist/bin/callmux.js'), '--listen', String(port), '--config', config);
    },
    path: '/mcp',
    call: (server, tool, given) => ({ name: 'callmux_call', arguments: { server, tool, arguments: given } }),
  },
  {
    name: 'mcp-hub',
    version: versionIn(join(packages, 'mcp-hub')),
    isBridge: false,
    command: (servers, port, folder) => {
      const config = written(folder, { mcpServers: servers });
      return node(programOf('mcp-hub', 'dist/cli.js'), '--port', String(port), '--config', config);
    },
    path: '/mcp',
    transport: 'sse',
    call: qualified,
  },
  {
    name: 'mcp-proxy',
    version: versionIn(join(packages, 'mcp-proxy')),
    isBridge: true,
    command: (servers, port) => {
      const [one] = Object.values(servers);
      const args = ['--port', String(port), '--host', '127.0.0.1', '--server', 'stream', '--'];
      return node(programOf('mcp-proxy', 'dist/bin/mcp-proxy.mjs'), ...args, ...commandLine(one!));
    },
    path: '/mcp',
    call: plain,
  },
  {
    name: 'supergateway',
    version: versionIn(join(packages, 'supergateway')),
    isBridge: true,
    command: (servers, port) => {
      const [one] = Object.values(servers);
      const line = commandLine(one!)
        .map(word => `"${word}"`)
        .join(' ');
      const args = [
        '--stdio',
        line,
        '--outputTransport',
        'streamableHttp',
        '--stateful',
        '--logLevel',
        'none',
      ];
      return node(programOf('supergateway', 'dist/index.js'), ...args, '--port', String(port));
    },
    path: '/mcp',
    call: plain,
  },
];

/** Of those that are no npm packages: measured where their command is found on this machine. */
const found: [command: string, subject: Subject][] = [
  [
    'mcpproxy',
    {
      name: 'mcpproxy-go',
      version: 'as found',
      isBridge: false,
      command: (servers, port, folder) => {
        const list = Object.entries(servers).map(([name, entry]) => ({
          name,
          ...entry,
          protocol: 'stdio',
          enabled: true,
        }));
        const config = written(folder, { listen: `127.0.0.1:${port}`, data_dir: folder, mcpServers: list });
        return { command: 'mcpproxy', args: ['serve', '--config', config] };
      },
      path: '/mcp',
      call: (server, tool, given) => ({
        name: 'call_tool_write',
        arguments: { name: `${server}:${tool}`, args_json: JSON.stringify(given) },
      }),
    },
  ],
];

export const subjects: Subject[] = [
  ...known,
  ...found.filter(([command]) => isOnPath(command)).map(([, subject]) => subject),
];

/** A subject that runs, in a folder of its own. */
export class Run {
  readonly child: ChildProcess;
  readonly url: string;
  readonly #folder: string;

  private constructor(child: ChildProcess, url: string, folder: string) {
    this.child = child;
    this.url = url;
    this.#folder = folder;
  }

  static async start(subject: Subject, servers: Servers): Promise<Run> {
    const folder = mkdtempSync(join(tmpdir(), 'mcpx-peers-'));
    const port = await freePort();
    const { command, args } = subject.command(servers, port, folder);
    const env = {
      ...(process.env as Record<string, string>),
      HOME: folder,
      XDG_STATE_HOME: folder,
      XDG_CONFIG_HOME: folder,
      FIXTURE_TTL_MS: '1800000',
    };
    const child = spawn(command, args, { env, stdio: 'ignore', detached: true, cwd: folder });
    return new Run(child, `http://127.0.0.1:${port}${subject.path}`, folder);
  }

  /** Ends it and all that it has started. */
  async stop(): Promise<void> {
    const gone = new Promise(resolve => this.child.once('exit', resolve));
    this.#signal('SIGTERM');
    await Promise.race([gone, new Promise(resolve => setTimeout(resolve, 3_000))]);
    this.#signal('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.child.pid!, signal);
    } catch {
      // it has ended
    }
  }
}

function written(folder: string, config: object): string {
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

function versionIn(folder: string): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) throw new Error('the peers are not installed: run `npm ci` in bench/others');
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

function isOnPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some(folder => existsSync(join(folder, command)));
}
