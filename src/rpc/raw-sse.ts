import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { isObject } from '../json.ts';
import { asMessage } from './messages.ts';
import type { Peer } from './peer.ts';

/**
 * A `fetch` for the SDK's HTTP+SSE transport (2024-11-05): answers to the peer's own calls are taken out of the event
 * stream as they came, everything else goes on to the transport. `onEnd` is called when the stream is over, since the
 * transport would open another one, of which the server knows nothing.
 */
export function rawEventStream(peer: () => Peer, base: typeof fetch, onEnd: () => void): typeof fetch {
  return async (url, init) => {
    const response = await base(url, init);
    const type = response.headers.get('content-type') ?? '';
    if (!response.ok || response.body === null || !type.startsWith('text/event-stream')) return response;
    const body = response.body.pipeThrough(withoutOwn(peer, onEnd));
    return new Response(body, { status: response.status, headers: response.headers });
  };
}

function withoutOwn(peer: () => Peer, onEnd: () => void): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let kept = '';
  const parser = createParser({
    onEvent: event => {
      if (!takes(peer(), event)) kept += written(event);
    },
  });
  return new TransformStream({
    transform(chunk, controller) {
      parser.feed(decoder.decode(chunk, { stream: true }));
      if (kept !== '') controller.enqueue(encoder.encode(kept));
      kept = '';
    },
    flush: onEnd,
  });
}

function takes(peer: Peer, event: EventSourceMessage): boolean {
  if (event.event !== undefined && event.event !== 'message') return false;
  let parsed: unknown;
  try {
    parsed = JSON.parse(event.data);
  } catch {
    return false;
  }
  const message = asMessage(parsed);
  if (message === undefined) return true; // no JSON-RPC: nobody is interested
  const token = 'method' in message && isObject(message.params) ? message.params['progressToken'] : undefined;
  const id = 'method' in message ? token : message.id;
  if (typeof id !== 'number' || !peer.owns(id)) return false;
  peer.deliver(message);
  return true;
}

function written(event: EventSourceMessage): string {
  const name = event.event === undefined ? '' : `event: ${event.event}\n`;
  const data = event.data.split('\n').map(line => `data: ${line}\n`);
  return `${name}${data.join('')}\n`;
}
