import { Current } from '../current.ts';
import { McpxError } from '../errors.ts';
import type { JsonObject, Question, RawResponse } from '../types.ts';
import { asked, type Call, type Middleware, whenEnded } from './call.ts';
import { canBeAsked } from './kinds.ts';

/** One who calls: what it can be asked, and its calls that are under way, the latest last. */
interface Client {
  capabilities: JsonObject;
  calls: Current<Call>;
}

/** So many are remembered; of more, those who call nothing are forgotten. */
const maxClients = 1_000;

/**
 * The clients whose calls are under way. A server that asks something over a client's own connection is answered by that
 * client, through its latest call to that server; who is not calling is not asked.
 */
export class Clients {
  readonly #clients = new Map<string, Client>();
  readonly #logLevels = new Map<string, string>();

  /** Outermost: a server may ask as soon as it is connected to. */
  readonly middleware: Middleware = next => call => {
    const { owner, capabilities } = call.context;
    const client = this.#clients.get(owner) ?? this.#newcomer(owner);
    client.capabilities = capabilities;
    if (call.context.logLevel === undefined) call.context.logLevel = this.#logLevels.get(owner);
    else this.#logLevels.set(owner, call.context.logLevel);
    const entry = client.calls.enter(call);
    return whenEnded(next(call), () => client.calls.leave(entry));
  };

  setLogLevel(owner: string, level: string): void {
    this.#logLevels.set(owner, level);
  }

  /** From which severity `owner` wants log messages; undefined when it has not said. */
  logLevelOf(owner: string): string | undefined {
    return this.#logLevels.get(owner);
  }

  leave(owner: string): void {
    this.#logLevels.delete(owner);
    this.#clients.delete(owner);
  }

  /** What servers may be told that `owner` can be asked. */
  capabilitiesOf(owner: string): JsonObject {
    return this.#clients.get(owner)?.capabilities ?? {};
  }

  /** Puts a question of `server` to `owner`. Meanwhile the server's silence is not counted. Rejects with CANNOT_ASK. */
  async ask(owner: string, server: string, question: Question): Promise<RawResponse> {
    const call = this.#latest(owner, server);
    const { capabilities, ask } = call?.context ?? {};
    if (call === undefined || ask === undefined || capabilities === undefined) {
      throw new McpxError('CANNOT_ASK', `nobody is there to be asked ${question.method}`);
    }
    if (!canBeAsked(capabilities, question.method, question.params)) {
      throw new McpxError(
        'CANNOT_ASK',
        `the client has not declared that it can be asked ${question.method}`,
      );
    }
    return asked(call, ask(question));
  }

  /** Passes on what `server` tells `owner`, such as a log message; nobody hears it when none of its calls is under way. */
  tell(owner: string, server: string, method: string, params: JsonObject): void {
    this.#latest(owner, server)?.context.tell?.(method, params);
  }

  #latest(owner: string, server: string): Call | undefined {
    return this.#clients.get(owner)?.calls.latest(call => call.server === server);
  }

  #newcomer(owner: string): Client {
    if (this.#clients.size >= maxClients) {
      for (const [other, { calls }] of this.#clients) if (calls.isEmpty) this.#clients.delete(other);
    }
    const client: Client = { capabilities: {}, calls: new Current() };
    this.#clients.set(owner, client);
    return client;
  }
}
