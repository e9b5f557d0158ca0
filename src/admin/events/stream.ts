import type { IncomingMessage, ServerResponse } from 'node:http';
import { McpxError } from '../../errors.ts';
import type { Feed } from './feed.ts';

const keepAliveMs = 15_000;
/** Streams at one time. */
const maxStreams = 32;
/** One who has more bytes than this to read is given up; he may come back and go on where he was. */
const maxUnread = 1024 * 1024;

/** The event streams that are open. */
export class Streams {
  readonly #feed: Feed;
  readonly #open = new Set<ServerResponse>();

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  /** Opens one. Throws TOO_MANY_REQUESTS. */
  open(request: IncomingMessage, response: ServerResponse): undefined {
    if (this.#open.size >= maxStreams)
      throw new McpxError('TOO_MANY_REQUESTS', `${maxStreams} streams of events are open.`, {
        help: 'Close some of them.',
      });
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    const last = request.headers['last-event-id'];
    const missed = typeof last === 'string' ? (this.#feed.since(last) ?? [this.#feed.reset]) : [];
    response.write(missed.length > 0 ? missed.join('') : this.#feed.here);
    const end = this.#feed.listen(text => {
      if (response.writableLength > maxUnread) response.destroy();
      else response.write(text);
    });
    const keepAlive = setInterval(() => response.write(': still here\n\n'), keepAliveMs).unref();
    this.#open.add(response);
    response.once('close', () => {
      clearInterval(keepAlive);
      this.#open.delete(response);
      end();
    });
  }

  close(): void {
    for (const response of this.#open) response.end();
  }
}
