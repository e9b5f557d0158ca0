import { McpxError } from '../errors.ts';
import type { JsonObject, Question, RawResponse } from '../types.ts';
import { asked, type Call, type Middleware, whenEnded } from './call.ts';
import { canBeAsked } from './kinds.ts';

/** One who calls: what it can be asked, and its calls that are under way, the latest last. */
interface Client {
  capabilities: JsonObject;
  calls: Set<Call>;
}

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
    const client = this.#clients.get(owner) ?? { capabilities: {}, calls: new Set() };
    client.capabilities = capabilities;
    if (call.context.logLevel === undefined) call.context.logLevel = this.#logLevels.get(owner);
    else this.#logLevels.set(owner, call.context.logLevel);
    client.calls.add(call);
    this.#clients.set(owner, client);
    return whenEnded(next(call), () => {
      client.calls.delete(call);
      if (client.calls.size === 0) this.#clients.delete(owner);
    });
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
    const calls = [...(this.#clients.get(owner)?.calls ?? [])];
    return calls.findLast(call => call.server === server);
  }
}
