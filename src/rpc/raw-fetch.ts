import { createParser } from 'eventsource-parser';
import { McpxError } from '../errors.ts';
import { defaultLineOptions } from './lines.ts';
import { asMessage } from './messages.ts';
import { noAnswer, type Peer, tooLarge } from './peer.ts';

/** Reopens a stream that the server closed on purpose, to be continued from `lastEventId` (SEP-1699). */
export type Resume = (lastEventId: string) => Promise<void>;

/** The most bytes of one answer that are read. */
const maxBytes = defaultLineOptions.maxLine;

/**
 * A `fetch` for the SDK's Streamable HTTP transport that takes the answers to the peer's own calls before the transport
 * parses them. Authentication, sessions, redirects and HTTP errors stay with the SDK.
 */
export function rawFetch(peer: () => Peer, base: typeof fetch, resume: Resume): typeof fetch {
  return async (url, init) => {
    const response = await base(url, init);
    const id = requestId(init?.body);
    if (id === undefined || !response.ok || response.body === null || !peer().owns(id)) return response;
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('application/json')) void settle(peer(), id, readJson(response.body, peer()));
    else if (type.startsWith('text/event-stream'))
      void settle(peer(), id, readEvents(response.body, peer(), id, resume));
    else return response;
    return new Response(null, { status: 202 }); // "accepted": the transport expects nothing more of this request
  };
}

/** The id of a request that `Peer.open` made, read from the start of its body without parsing it. */
function requestId(body: unknown): number | undefined {
  if (typeof body !== 'string') return undefined;
  const found = /^\{"jsonrpc":"2\.0","id":(\d+),/.exec(body);
  return found === null ? undefined : Number(found[1]);
}

/** `resumed`: the transport reads on in a stream of its own, and hands the answer to the peer. */
type Outcome = 'ended' | 'resumed';

/** However the reading ends, the call must not wait for ever: without an answer it fails here. */
async function settle(peer: Peer, id: number, reading: Promise<Outcome>): Promise<void> {
  try {
    if ((await reading) === 'ended') peer.refuse(id, noAnswer());
  } catch (error) {
    peer.refuse(id, error instanceof McpxError ? error : noAnswer());
  }
}

async function readJson(body: ReadableStream<Uint8Array>, peer: Peer): Promise<Outcome> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge(length);
    chunks.push(chunk);
  }
  deliver(peer, Buffer.concat(chunks).toString('utf8'));
  return 'ended';
}

async function readEvents(
  body: ReadableStream<Uint8Array>,
  peer: Peer,
  id: number,
  resume: Resume,
): Promise<Outcome> {
  const decoder = new TextDecoder();
  let lastEventId: string | undefined;
  let unread = 0;
  const parser = createParser({
    onEvent: event => {
      unread = 0;
      if (event.id) lastEventId = event.id;
      if (event.data && (event.event ?? 'message') === 'message') deliver(peer, event.data);
    },
  });
  try {
    for await (const chunk of body) {
      unread += chunk.byteLength;
      if (unread > maxBytes) throw tooLarge(unread);
      parser.feed(decoder.decode(chunk, { stream: true }));
    }
  } catch (error) {
    if (error instanceof McpxError) throw error; // else: a stream that broke is a stream that ended
  }
  if (lastEventId === undefined || !peer.owns(id)) return 'ended';
  await resume(lastEventId);
  return 'resumed';
}

function deliver(peer: Peer, text: string): void {
  const parsed: unknown = JSON.parse(text);
  for (const item of Array.isArray(parsed) ? parsed : [parsed]) {
    const message = asMessage(item);
    if (message !== undefined) peer.deliver(message);
  }
}
