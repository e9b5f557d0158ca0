import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Cancellation } from './cancellation.ts';
import type { Given } from './cli/command.ts';
import { checkExposure } from './cli/exposure.ts';
import { newInstanceKey } from './cli/instance/announce.ts';
import { listen } from './cli/listen.ts';
import { levelFrom } from './cli/log.ts';
import { gatewayFrom } from './cli/setup.ts';
import { telemetryOf } from './cli/telemetry.ts';
import { currentEnvironment } from './config/environment.ts';
import { configIn, loadConfig } from './config/load.ts';
import type { ReloadReport } from './config/reloads.ts';
import type { Config } from './config/types.ts';
import type { Configuration } from './configuration.ts';
import { McpxError } from './errors.ts';
import type { Gateway as Core } from './gateway.ts';
import { tellOfChanges } from './server/changes.ts';
import { HttpFront } from './server/http.ts';
import { Surfaces } from './server/surfaces.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { localPrincipal } from './types.ts';
import { killWatched, standDown } from './upstream/watchdog.ts';

/** As the tool `inspect` takes it: nothing is all servers. */
export interface InspectInput {
  /** What is needed, a few words for each thing. */
  query?: string | string[];
  server?: string;
  /** `"server.tool"`, or with `server` its bare name. */
  tool?: string;
  /** How many tools to show. */
  limit?: number;
}

/** As the tool `exec` takes it. */
export interface ExecInput {
  /** `"server.tool"`, or with `server` its bare name. */
  tool: string;
  server?: string;
  arguments?: Record<string, unknown>;
  /** JMESPath: only this part of a JSON result. */
  select?: string;
}

/** As the tool `resources` takes it: without `uri` it lists. */
export interface ResourcesInput {
  server?: string;
  uri?: string;
  cursor?: string;
}

/** The result of a tool as MCP has it. Where `isError` is true, `content` says what went wrong and what to do. */
export interface ToolResult {
  content: { type: string; [member: string]: unknown }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
  [member: string]: unknown;
}

export interface CallOptions {
  /** Ends the call, at the server as well. */
  signal?: AbortSignal;
}

/** Left out, each is as the configuration says. */
export interface ServeOptions {
  /** Any but a loopback address needs `gateway.keys`. */
  host?: string;
  /** 0 is any free port. */
  port?: number;
}

export interface Served {
  /** Its `close` stops serving as well. */
  gateway: Gateway;
  /** Of the MCP endpoint, such as `http://127.0.0.1:8000/mcp`. */
  url: string;
}

interface Door {
  front: HttpFront;
  telemetry: Telemetry;
  /** Where it listens, whatever the configuration says. */
  host: string;
}

process.on('exit', killWatched); // no server outlives the program

/** A gateway in this process: the three tools as functions. One client; who serves it over HTTP has more. */
export class Gateway {
  readonly #core: Core;
  readonly #surfaces: Surfaces;
  #door?: Door;
  #changing: Promise<unknown> = Promise.resolve();
  #closing?: Promise<void>;
  #loadedAt = Date.now();

  private constructor(core: Core) {
    this.#core = core;
    this.#surfaces = new Surfaces(core);
    tellOfChanges(core, change => this.#surfaces.listeners.changed(change));
    core.start();
  }

  static async create(config: Configuration | string): Promise<Gateway> {
    return new Gateway(await gatewayFrom(await read(config)));
  }

  /** Finds tools, and says how to call them. */
  inspect(input: InspectInput = {}, options: CallOptions = {}): Promise<ToolResult> {
    return this.#call('inspect', input, options);
  }

  /** Runs a tool of a server. The result is what a model would get. */
  exec(input: ExecInput, options: CallOptions = {}): Promise<ToolResult> {
    return this.#call('exec', input, options);
  }

  /** Lists the resources of servers, or reads one. */
  resources(input: ResourcesInput = {}, options: CallOptions = {}): Promise<ToolResult> {
    return this.#call('resources', input, options);
  }

  /** Makes `config` what holds. Servers that are the same keep their connections. Rejects as `createGateway`; then nothing has changed. */
  async reload(config: Configuration | string): Promise<void> {
    return this.#inTurn(async () => {
      const wanted = await read(config);
      if (this.#door !== undefined) checkExposure(this.#door.host, wanted, false);
      const { swapped } = await this.#core.reload(wanted);
      this.#loadedAt = Date.now();
      if (this.#door !== undefined) {
        this.#door.front.adopt(this.#core.config.gateway);
        this.#door.telemetry.log.level = levelFrom(this.#core.config, silent);
      }
      await swapped;
    });
  }

  /** Serves over HTTP, once. Resolves with the address of the MCP endpoint. */
  async listen(options: ServeOptions = {}): Promise<string> {
    return this.#inTurn(async () => {
      if (this.#door !== undefined) throw new McpxError('USAGE', 'the gateway serves already.');
      const { gateway } = this.#core.config;
      const { host = gateway.host, port = gateway.port } = options;
      checkExposure(host, this.#core.config, false);
      const door = await this.#open(host);
      const { front, telemetry } = door;
      try {
        await listen(front.server, host, port, options.port !== undefined || gateway.portNamed);
      } catch (error) {
        await front.close();
        await telemetry.close();
        throw error;
      }
      this.#door = door;
      this.#core.loginPage = server => front.loginPage(server);
      return addressOf(front.server.address() as AddressInfo);
    });
  }

  /** Lets calls under way finish, `gateway.drainMs` at most, then ends every connection and process. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#changing;
    this.#door?.front.drain();
    await this.#surfaces.activity.idle(this.#core.config.gateway.drainMs);
    await this.#door?.front.close();
    await this.#core.close();
    standDown();
    await this.#door?.telemetry.close();
  }

  /** One change after the other, and none once it closes. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#changing.then(() => {
      if (this.#closing === undefined) return change();
      throw new McpxError('SHUTTING_DOWN', 'the gateway is closed.');
    });
    this.#changing = turn.catch(() => {}); // told to whoever asked; the next one begins anew
    return turn;
  }

  #report(): ReloadReport {
    return { version: this.#core.config.version, loadedAt: this.#loadedAt, restart: [] };
  }

  async #open(host: string): Promise<Door> {
    const [gateway, surfaces] = [this.#core, this.#surfaces];
    const telemetry = await telemetryOf(gateway, silent);
    const report = () => this.#report();
    const config = gateway.config.gateway;
    const front = new HttpFront({
      gateway,
      surfaces,
      config,
      instanceKey: newInstanceKey(),
      telemetry,
      reloads: {
        get report() {
          return report();
        },
      },
    });
    return { front, telemetry, host };
  }

  /** As a client's call of one of the three tools. */
  async #call(name: string, input: object, { signal }: CallOptions): Promise<ToolResult> {
    const cancellation = new Cancellation();
    const cancel = () => cancellation.cancel(new McpxError('CALL_CANCELLED', 'the program cancelled it'));
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const surface = this.#surfaces.of({ mode: 'tools' }, client);
      const answer = await surface.answer(
        'tools/call',
        { name, arguments: input },
        {
          owner: client,
          principal: localPrincipal,
          client,
          capabilities: {},
          era: 'legacy',
          cancellation,
        },
      );
      if ('error' in answer) throw new McpxError('INTERNAL', answer.error.message);
      return answer.result as ToolResult;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }
}

/** What is logged, nobody reads: the streams are the program's. */
const silent: Given = { values: { quiet: true }, words: [] };

/** What the program is called as a client. */
const client = 'program';

/** An object is read as the text of a file in the current folder, so that complaints name its lines. */
function read(config: Configuration | string): Promise<Config> {
  const env = currentEnvironment();
  if (typeof config === 'string') return loadConfig(config, env);
  return configIn(join(process.cwd(), 'configuration'), JSON.stringify(config, null, 2), env);
}

function addressOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/mcp`;
}
