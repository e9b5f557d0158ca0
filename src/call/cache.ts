import { isObject } from '../json.ts';
import { publish } from '../telemetry/events.ts';
import type { RawResponse } from '../types.ts';
import { Flight } from './cache-flight.ts';
import { hintOf, isGood } from './cache-hint.ts';
import { ownKey, questionOf, sharedKey } from './cache-key.ts';
import type { Results } from './cache-results.ts';
import type { Call, Handler, Middleware } from './call.ts';

/** `cache` of one server. */
export interface CacheSettings {
  /** Milliseconds for which a tool's result may be given again; 0 is never. */
  ttlMs: number;
  /** Tools that may be cached although they do not say that they are read-only. */
  tools: readonly string[];
}

export interface ResultCacheOptions {
  /** Undefined for a server that there is not. */
  settingsOf: (server: string) => CacheSettings | undefined;
  /** Milliseconds of a clock that never jumps; that of `performance` when left out. */
  now?: () => number;
}

/**
 * Gives good results again: those of tools that may be cached, for as long as the settings say, and those of
 * `resources/read`, for as long as their server says. Equal tool calls under way become one. Nobody is given what another
 * principal was answered, unless its server has called that public. A result is never changed by whoever gets it.
 */
export class ResultCache {
  readonly #options: Required<ResultCacheOptions>;
  readonly #flights = new Map<string, Flight>();
  /** How often each server was cleared. As a part of every key it hides what was kept, or on its way, before. */
  readonly #cleared = new Map<string, number>();
  #results?: Results;
  #loading?: Promise<Results | undefined>;

  constructor({ settingsOf, now = () => performance.now() }: ResultCacheOptions) {
    this.#options = { settingsOf, now };
  }

  /** What cannot be cached goes straight through. */
  readonly middleware: Middleware = next => call => {
    if (call.method === 'tools/call') return this.#mayKeep(call) ? this.#call(next, call) : next(call);
    return call.method === 'resources/read' ? this.#read(next, call) : next(call);
  };

  /** Forgets everything of `server`, calls under way included. */
  clear(server: string): void {
    this.#cleared.set(server, (this.#cleared.get(server) ?? 0) + 1);
  }

  #mayKeep({ server, tool }: Call): boolean {
    const settings = this.#options.settingsOf(server);
    if (settings === undefined || settings.ttlMs === 0 || tool === undefined) return false;
    const { annotations } = tool;
    const readOnly = isObject(annotations) && annotations['readOnlyHint'] === true;
    return readOnly || settings.tools.includes(tool.name);
  }

  #call(next: Handler, call: Call): Promise<RawResponse> {
    const question = this.#question(call);
    if (question === undefined) return next(call);
    const key = ownKey(call.context.principal, question);
    const kept = this.#results?.get(key);
    if (kept !== undefined) return Promise.resolve(given(call, kept, false));
    const flight = this.#flights.get(key);
    const keeping = this.#keeping(next, key);
    if (flight === undefined || flight.cancelled) return this.#start(keeping, call, key).wait(call);
    return this.#join(flight, keeping, call);
  }

  /** `next`, what it answers being kept if it is good. */
  #keeping(next: Handler, key: string): Handler {
    return async call => {
      const response = await next(call);
      const ttlMs = this.#options.settingsOf(call.server)?.ttlMs ?? 0;
      if (ttlMs > 0 && isGood(response) && call.clock?.asked !== true) await this.#keep(key, response, ttlMs);
      return response;
    };
  }

  #start(next: Handler, call: Call, key: string): Flight {
    const flight: Flight = new Flight(async shared => {
      try {
        return await next(shared);
      } finally {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      }
    }, call);
    this.#flights.set(key, flight);
    return flight;
  }

  /** What another caller is answered, if that is good: nobody is given a stranger's failure. */
  async #join(flight: Flight, next: Handler, call: Call): Promise<RawResponse> {
    const response = await flight.wait(call).catch(() => undefined);
    call.context.cancellation.throwIfCancelled();
    const isForAll = response !== undefined && isGood(response) && !flight.asked;
    return isForAll ? given(call, response, true) : next(call);
  }

  async #read(next: Handler, call: Call): Promise<RawResponse> {
    const question = this.#question(call);
    if (question === undefined) return next(call);
    const own = ownKey(call.context.principal, question);
    const kept = this.#results?.get(own) ?? this.#results?.get(sharedKey(question));
    if (kept !== undefined) return given(call, kept, false);
    const response = await next(call);
    const hint = hintOf(response);
    if (hint !== undefined) await this.#keep(hint.shared ? sharedKey(question) : own, response, hint.ttlMs);
    return response;
  }

  #question(call: Call): string | undefined {
    const question = questionOf(call);
    return question && `${this.#cleared.get(call.server) ?? 0}${question}`;
  }

  async #keep(key: string, response: RawResponse, ttlMs: number): Promise<void> {
    this.#loading ??= import('./cache-results.ts').then(
      ({ Results }) => new Results(this.#options.now),
      () => undefined, // then nothing is kept: no call may fail because of it
    );
    this.#results ??= await this.#loading;
    this.#results?.keep(key, response, ttlMs);
  }
}

function given(call: Call, response: RawResponse, joined: boolean): RawResponse {
  const { server, method, tool, note } = call;
  if (note !== undefined) note.cached = joined ? 'joined' : 'kept';
  publish('cache.hit', { server, method, tool: tool?.name, joined });
  return response;
}
