import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { isObject } from '../../json.ts';
import { textOf } from '../instance/http-text.ts';
import { eventsOf, isEventStream, maxAnswer } from './events.ts';
import { messagesIn } from './input.ts';
import type { Link } from './link.ts';
import type { Output } from './output.ts';

/** Pauses before the stream is opened again: the first, and the longest. */
const pauseMs = 1_000;
const maxPauseMs = 30_000;
const openMs = 5_000;
const endMs = 1_000;

/** A 2025-era client's session. What it was opened with is remembered, so that it can be opened again elsewhere. */
export class Session {
  /** Called when the stream has ended because its gateway has. */
  onLost?: (link: Link) => void;
  readonly #output: Output;
  /** The client's `initialize` and `notifications/initialized`, as they came. */
  #opening?: string;
  #ready?: string;
  #id?: string;
  #version?: string;
  #listening = new AbortController();

  constructor(output: Output) {
    this.#output = output;
  }

  /** What the client's messages carry; nothing before there is a session. */
  get headers(): Record<string, string> {
    if (this.#id === undefined) return {};
    const version = this.#version === undefined ? undefined : { 'mcp-protocol-version': this.#version };
    return { 'mcp-session-id': this.#id, ...version };
  }

  /** `initialize` was answered; an error opens nothing. */
  opened(opening: string, answer: string, headers: IncomingHttpHeaders): void {
    const id = headers['mcp-session-id'];
    if (typeof id !== 'string') return;
    this.#opening = opening;
    this.#ready = undefined;
    this.#id = id;
    this.#version = versionIn(answer);
  }

  /** The client has said that it is ready: from now on it hears what nobody has asked for. */
  ready(line: string, link: Link): void {
    if (this.#id === undefined) return;
    this.#ready = line;
    this.#listening.abort();
    this.#listening = new AbortController();
    void this.#listen(link, this.#listening.signal);
  }

  /**
   * Opens it again at another gateway. All that the client sees is that the tools may have changed, as they may between
   * two gateways. Rejects when that is not possible.
   */
  async renew(link: Link): Promise<void> {
    this.#listening.abort();
    const [opening, ready, version] = [this.#opening, this.#ready, this.#version];
    if (opening === undefined) return;
    const signal = AbortSignal.timeout(openMs);
    const response = await link.send({ method: 'POST', headers: {}, signal, body: opening });
    let answer = '';
    if (isEventStream(response)) for await (const { text } of eventsOf(response)) answer = text;
    else answer = await textOf(response, maxAnswer);
    if (versionIn(answer) !== version) throw link.broken('it speaks another version of the protocol');
    this.opened(opening, answer, response.headers);
    if (ready === undefined) return;
    this.#ready = ready; // also when this fails: the next gateway needs it as well
    const { headers } = this;
    (await link.send({ method: 'POST', headers, signal, body: ready })).resume();
    this.ready(ready, link);
    await this.#output.line('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
  }

  /** Ends it, so that its connections to servers are closed at once; waits a second at most. */
  async end(link: Link): Promise<void> {
    this.#listening.abort();
    if (this.#id === undefined) return;
    const signal = AbortSignal.timeout(endMs);
    const ended = link.send({ method: 'DELETE', headers: this.headers, signal });
    await ended.catch(() => {}); // a gateway that is gone has no session
  }

  /** Passes on what the gateway says unasked, for as long as `signal` and the session last. */
  async #listen(link: Link, signal: AbortSignal): Promise<void> {
    let pause = pauseMs;
    let lastEvent: Record<string, string> = {};
    while (!signal.aborted) {
      try {
        const response = await link.send({
          method: 'GET',
          headers: { ...this.headers, ...lastEvent },
          signal,
        });
        if (response.statusCode === 404 || response.statusCode === 405) return void response.resume(); // none is offered
        if (isEventStream(response)) pause = pauseMs;
        for await (const { text, id } of eventsOf(response)) {
          if (id) lastEvent = { 'last-event-id': id };
          if (messagesIn(text).length > 0) await this.#output.line(text);
        }
      } catch {
        // a stream that broke is a stream that ended
      }
      if (signal.aborted) return;
      if (!link.up) return this.onLost?.(link);
      await delay(pause, undefined, { signal }).catch(() => {}); // stopped
      pause = Math.min(pause * 2, maxPauseMs);
    }
  }
}

function versionIn(answer: string): string | undefined {
  const [message] = messagesIn(answer);
  const result = message !== undefined && 'result' in message ? message.result : undefined;
  const version = isObject(result) ? result['protocolVersion'] : undefined;
  return typeof version === 'string' && /^[\w.-]{1,40}$/.test(version) ? version : undefined;
}
