import {
  Client,
  type ClientCapabilities,
  type ConnectOptions as SdkConnectOptions,
  type StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { type Cancellation, childOf } from '../cancellation.ts';
import type { ProxySettings, ServerConfig, Target } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import { tooLarge } from '../rpc/calls.ts';
import { modernVersion } from '../rpc/messages.ts';
import { Peer } from '../rpc/peer.ts';
import { learnSecrets, withoutSecrets } from '../secrets.ts';
import { publish } from '../telemetry/events.ts';
import type { JsonObject } from '../types.ts';
import { self } from '../version.ts';
import type { Login } from './auth/login.ts';
import { Connection, type ConnectionParts } from './connection.ts';
import { asUnavailable, explain, httpStatus } from './failures.ts';
import { ProcessTransport } from './process.ts';
import { firstWay, nextWay, type Way } from './ways.ts';

type PriorDiscovery = NonNullable<SdkConnectOptions['prior']>;

export interface ConnectOptions {
  server: ServerConfig & { target: Target };
  proxy: ProxySettings;
  /** The way that worked last time. */
  remembered?: Way;
  cancellation: Cancellation;
  /** What the server may ask of whoever will hold the connection. */
  capabilities?: JsonObject;
  /** Whose tokens it sends, should the server ask for some. */
  login?: Login;
  /** How urgent a start is now: 0 when somebody waits for it, more when nobody does. */
  rank?: () => number;
}

/**
 * How long a process may think about `server/discover` before it is taken for an old server; a later answer still
 * counts. Over HTTP old servers answer too, with an error, and silence is only silence.
 */
const probeTimeoutMs = 1_500;

/** How long a process may wait for its turn to start, in milliseconds: for the download of a package, and a little. */
const longestTurnMs = 120_000;

/**
 * Connects to one upstream in whichever era and transport it speaks. Rejects with UPSTREAM_UNAVAILABLE or
 * UPSTREAM_NEEDS_AUTH, `connectTimeoutMs` after its turn has come at the latest; nothing of a failed attempt is left behind.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { target } = options.server;
  const deadline = deadlineOf(options);
  let way = firstWay(target.type, options.remembered);
  let remembered = options.remembered === way;
  try {
    for (;;) {
      const attempt = new Attempt(options, way, deadline.begin);
      try {
        return await attempt.run(deadline.signal);
      } catch (thrown) {
        await attempt.discard();
        if (deadline.signal.aborted) throw tooLate(deadline.signal.reason, attempt.process);
        const next = nextWay(way, attempt.failure(thrown), target.type, remembered);
        if (next === undefined) throw asUnavailable(attempt.explain(thrown));
        way = next;
        remembered = false;
      }
    }
  } finally {
    deadline.release();
  }
}

/** One try to reach the server in one way. */
class Attempt {
  process?: ProcessTransport;
  readonly #options: ConnectOptions;
  readonly #way: Way;
  readonly #onturn: () => void;
  #peer?: Peer;
  #lateDiscover?: JsonObject;

  /** `onturn` is called when it begins in earnest. */
  constructor(options: ConnectOptions, way: Way, onturn: () => void) {
    this.#options = options;
    this.#way = way;
    this.#onturn = onturn;
    learnSecrets(options.server.secrets);
  }

  async run(signal: AbortSignal): Promise<Connection> {
    const parts = await this.#prepare();
    signal.throwIfAborted(); // before anything is started
    await abortable(this.#handshake(parts.client, parts.peer, signal), signal);
    if (this.#lateDiscover !== undefined && parts.client.getProtocolEra() === 'legacy') {
      throw new Error('the server speaks the newer protocol after all');
    }
    const declared = this.#options.capabilities ?? {};
    return new Connection({ ...parts, declared, way: this.#learned(parts.client) });
  }

  /** Leaves nothing behind. A process that did not finish its handshake gets no time to say goodbye. */
  async discard(): Promise<void> {
    await this.process?.close(0);
    await this.#peer?.close().catch(() => {}); // closing what failed may fail as well
  }

  /** What a failure means, in words for users. */
  explain(thrown: unknown): McpxError {
    const { name, target } = this.#options.server;
    return explain(thrown, name, target, this.process);
  }

  failure(thrown: unknown) {
    return {
      status: httpStatus(thrown),
      ended: this.process?.end !== undefined,
      lateDiscover: this.#lateDiscover,
    };
  }

  async #prepare(): Promise<Omit<ConnectionParts, 'way' | 'declared'>> {
    const { server, proxy } = this.#options;
    const timeoutMs = server.target.type === 'stdio' ? probeTimeoutMs : server.connectTimeoutMs;
    const client = new Client(self, {
      capabilities: (this.#options.capabilities ?? {}) as ClientCapabilities,
      versionNegotiation: { mode: 'auto', probe: { timeoutMs } },
    });
    client.onerror = () => {}; // errors that matter reject something
    if (server.target.type === 'stdio') {
      const process = new ProcessTransport(server.target, { rank: this.#options.rank, onturn: this.#onturn });
      this.process = process;
      const peer = this.#wrap(new Peer(process, self));
      process.tail.online = line => publish('upstream.stderr', { server: server.name, line });
      process.onstart = pid => publish('process.started', { server: server.name, pid });
      process.onend = (pid, end, ms) => publish('process.ended', { server: server.name, pid, ...end, ms });
      process.onskip = line =>
        publish('upstream.noise', {
          server: server.name,
          line: withoutSecrets(line),
          count: process.skipped,
        });
      process.onoversize = line => {
        if (peer.oversized(line) || !/"jsonrpc"/.test(line.head + line.tail)) return;
        peer.fail(tooLarge(line.length)); // an answer, and nobody can tell whose
        void process.close();
      };
      return { client, peer, process };
    }
    this.#onturn();
    const { name, target } = server;
    const { login } = this.#options;
    const spec = { ...target, name, type: this.#way.type as 'http' | 'sse', proxy, login };
    const { httpTransport } = await import('./http.ts'); // servers of this machine need none of it
    const transport = httpTransport(
      spec,
      () => peer,
      () => void peer.close(),
    );
    const peer: Peer = this.#wrap(new Peer(transport, self));
    const endSession = isStreamable(transport) ? () => transport.terminateSession() : undefined;
    return { client, peer, endSession };
  }

  #wrap(peer: Peer): Peer {
    this.#peer = peer;
    peer.explainFailure = thrown => this.explain(thrown);
    peer.explainLoss = () => this.explain(undefined);
    peer.onforeign = answer => {
      const versions = answer.result?.['supportedVersions'];
      if (!String(answer.id).startsWith('server-discover-probe')) return;
      if (Array.isArray(versions) && versions.includes(modernVersion)) this.#lateDiscover = answer.result;
    };
    return peer;
  }

  async #handshake(client: Client, peer: Peer, signal: AbortSignal): Promise<void> {
    const { mode } = this.#way;
    const timeout = this.#options.server.connectTimeoutMs;
    const prior = mode.kind === 'auto' ? undefined : (mode as PriorDiscovery);
    await client.connect(peer, { signal, timeout, prior });
  }

  #learned(client: Client): Way {
    const discover = client.getDiscoverResult();
    if (client.getProtocolEra() !== 'modern') return { type: this.#way.type, mode: { kind: 'legacy' } };
    return { type: this.#way.type, mode: { kind: 'modern', discover: isObject(discover) ? discover : {} } };
  }
}

function isStreamable(transport: Transport): transport is StreamableHTTPClientTransport {
  return 'terminateSession' in transport;
}

interface Deadline {
  signal: AbortSignal;
  /** The server's own time begins: that for which it waits behind others is not its fault. */
  begin: () => void;
  release: () => void;
}

/** Cancels with UPSTREAM_UNAVAILABLE at the connect deadline, or earlier with the caller's own reason. */
function deadlineOf({ server: { name, connectTimeoutMs }, cancellation }: ConnectOptions): Deadline {
  const { cancellation: deadline, release } = childOf(cancellation);
  const end = (ms: number, what: string) => {
    const message = `server "${name}" ${what} within ${ms / 1000} s`;
    return setTimeout(() => deadline.cancel(new McpxError('UPSTREAM_UNAVAILABLE', message)), ms);
  };
  let hasBegun = false;
  let timer = end(longestTurnMs, 'could not be started beside all others');
  return {
    signal: deadline.signal,
    begin: () => {
      if (hasBegun) return;
      hasBegun = true;
      clearTimeout(timer);
      timer = end(connectTimeoutMs, 'did not answer');
    },
    release: () => {
      clearTimeout(timer);
      release();
    },
  };
}

/** The deadline's error with what the server wrote meanwhile; somebody else's reason as it is. */
function tooLate(reason: unknown, process: ProcessTransport | undefined): unknown {
  if (!(reason instanceof McpxError) || reason.code !== 'UPSTREAM_UNAVAILABLE') return reason;
  return new McpxError(reason.code, reason.message, { data: { stderr: process?.tail.lines ?? [] } });
}

/** `work`, or the signal's reason as soon as it aborts; what `work` does later is of no interest. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {});
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
