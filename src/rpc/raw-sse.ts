import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { parseJson } from '../exact.ts';
import { isObject } from '../json.ts';
import { ownId, tooLarge } from './calls.ts';
import { defaultLineOptions } from './lines.ts';
import { asMessage } from './messages.ts';
import type { Peer } from './peer.ts';
import { requestId } from './raw-fetch.ts';

/** The most bytes of one event that are read. */
const maxBytes = defaultLineOptions.maxLine;

/**
 * A `fetch` for the SDK's HTTP+SSE transport (2024-11-05): answers to the peer's own calls are taken out of the event
 * stream as they came, everything else goes on to the transport. `onEnd` is called when the stream is over or broken,
 * since the transport would open another one, of which the server knows nothing.
 */
export function rawEventStream(peer: () => Peer, base: typeof fetch, onEnd: () => void): typeof fetch {
  return async (url, init) => {
    const id = requestId(init?.body);
    if (id !== undefined) peer().sent(id, (init!.body as string).length);
    const response = await base(url, init);
    const type = response.headers.get('content-type')?.toLowerCase() ?? '';
    if (!response.ok || response.body === null || !type.startsWith('text/event-stream')) return response;
    const body = ReadableStream.from(withoutOwn(response.body, peer, onEnd));
    return new Response(body as ReadableStream<Uint8Array>, {
      status: response.status,
      headers: response.headers,
    });
  };
}

async function* withoutOwn(
  body: ReadableStream<Uint8Array>,
  peer: () => Peer,
  onEnd: () => void,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let kept = '';
  let unread = 0;
  const parser = createParser({
    onEvent: event => {
      unread = 0;
      if (!takes(peer(), event)) kept += written(event);
    },
  });
  try {
    for await (const chunk of body) {
      unread += chunk.byteLength;
      if (unread > maxBytes) {
        peer().fail(tooLarge(unread)); // nobody can tell whose answer it was
        return;
      }
      parser.feed(decoder.decode(chunk, { stream: true }));
      if (kept !== '') yield encoder.encode(kept);
      kept = '';
    }
  } finally {
    onEnd();
  }
}

function takes(peer: Peer, event: EventSourceMessage): boolean {
  if (event.event !== undefined && event.event !== 'message') return false;
  let parsed: unknown;
  try {
    parsed = parseJson(event.data);
  } catch {
    return false;
  }
  const message = asMessage(parsed);
  if (message === undefined) return true; // no JSON-RPC: nobody is interested
  const token = 'method' in message && isObject(message.params) ? message.params['progressToken'] : undefined;
  if (ownId('method' in message ? token : message.id) === undefined) return false;
  peer.deliver(message, event.data.length);
  return true;
}

function written(event: EventSourceMessage): string {
  const name = event.event === undefined ? '' : `event: ${event.event}\n`;
  const data = event.data.split('\n').map(line => `data: ${line}\n`);
  return `${name}${data.join('')}\n`;
}
