import { setTimeout as delay } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { McpxError } from '../errors.ts';
import { parseJson } from '../exact.ts';
import { noAnswer, tooLarge } from './calls.ts';
import { defaultLineOptions } from './lines.ts';
import { asMessage } from './messages.ts';
import type { Peer } from './peer.ts';

/** The most bytes of one answer that are read. */
const maxBytes = defaultLineOptions.maxLine;

/** How long to wait before a stream is continued, unless the server says; and the least and most that it may say. */
const retryMs = 1_000;
const minRetryMs = 50;
const maxRetryMs = 30_000;

/**
 * A `fetch` for the SDK's Streamable HTTP transport that takes the answers to the peer's own calls before the transport
 * parses them. Authentication, sessions, redirects and HTTP errors stay with the SDK.
 */
export function rawFetch(peer: () => Peer, base: typeof fetch): typeof fetch {
  return async (url, init) => {
    const id = requestId(init?.body);
    if (id !== undefined) peer().sent(id, (init!.body as string).length);
    const response = await base(url, init);
    if (id === undefined || response.body === null || !peer().owns(id)) return response;
    if (response.status === 404 && (await isAnswered(response, id, peer()))) return accepted();
    if (!response.ok) return response;
    const type = response.headers.get('content-type')?.toLowerCase() ?? '';
    if (type.startsWith('application/json')) void settle(peer(), id, readJson(response.body, peer()));
    else if (type.startsWith('text/event-stream')) {
      const reopen = (lastEventId: string) => continued(base, url, init!, lastEventId);
      void settle(peer(), id, readStreams(response.body, peer(), id, reopen, init?.signal));
    } else return response;
    return accepted();
  };
}

/** The transport expects nothing more of this request. */
function accepted(): Response {
  return new Response(null, { status: 202 });
}

/**
 * A server of 2026 answers a method that it does not know with status 404 and a JSON-RPC error. One of 2025 says so when it
 * does not know a session: that is for the SDK.
 */
async function isAnswered(refusal: Response, id: number, peer: Peer): Promise<boolean> {
  const type = refusal.headers.get('content-type')?.toLowerCase() ?? '';
  if (!peer.isModern || !type.startsWith('application/json')) return false;
  await readJson(refusal.clone().body!, peer).catch(() => {}); // too long, or broken off: it stays a refusal
  if (peer.owns(id)) return false;
  await refusal.body?.cancel();
  return true;
}

/** The id of a request that `Peer.open` made, read from the start of its body without parsing it. */
export function requestId(body: unknown): number | undefined {
  if (typeof body !== 'string') return undefined;
  const found = /^\{"jsonrpc":"2\.0","id":(\d+),/.exec(body);
  return found === null ? undefined : Number(found[1]);
}

/** However the reading ends, the call must not wait for ever: without an answer it fails here. */
async function settle(peer: Peer, id: number, reading: Promise<void>): Promise<void> {
  try {
    await reading;
    peer.refuse(id, noAnswer());
  } catch (error) {
    peer.refuse(id, error instanceof McpxError ? error : noAnswer());
  }
}

async function readJson(body: ReadableStream<Uint8Array>, peer: Peer): Promise<void> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge(length);
    chunks.push(chunk);
  }
  deliver(peer, Buffer.concat(chunks).toString('utf8'));
}

/** Where a stream stopped: `lastEventId` when the server can continue it, after `retryMs` if it said so. */
interface Stop {
  lastEventId?: string;
  retryMs?: number;
}

/** Reads a stream and what continues it (SEP-1699: a server may close one on purpose) up to the answer. */
async function readStreams(
  first: ReadableStream<Uint8Array>,
  peer: Peer,
  id: number,
  reopen: (lastEventId: string) => Promise<ReadableStream<Uint8Array> | undefined>,
  signal: AbortSignal | null | undefined,
): Promise<void> {
  const stop: Stop = {};
  for (let body: ReadableStream<Uint8Array> | undefined = first; body !== undefined; ) {
    await readEvents(body, peer, stop);
    if (stop.lastEventId === undefined || !peer.owns(id)) return;
    const wait = Math.max(minRetryMs, Math.min(stop.retryMs ?? retryMs, maxRetryMs));
    await delay(wait, undefined, { signal: signal ?? undefined });
    body = await reopen(stop.lastEventId);
  }
}

async function readEvents(body: ReadableStream<Uint8Array>, peer: Peer, stop: Stop): Promise<void> {
  const decoder = new TextDecoder();
  let unread = 0;
  const parser = createParser({
    onEvent: event => {
      unread = 0;
      if (event.id) stop.lastEventId = event.id;
      if (event.data && (event.event ?? 'message') === 'message') deliver(peer, event.data);
    },
    onRetry: ms => {
      stop.retryMs = ms;
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
}

/** The rest of a stream, asked for with the credentials and the session of the request that began it. */
async function continued(
  base: typeof fetch,
  url: Parameters<typeof fetch>[0],
  init: RequestInit,
  lastEventId: string,
): Promise<ReadableStream<Uint8Array> | undefined> {
  const headers = new Headers(init.headers);
  headers.delete('content-type');
  headers.set('accept', 'text/event-stream');
  headers.set('last-event-id', lastEventId);
  const signal = init.signal && AbortSignal.any([init.signal]); // fetch leaves its listeners on what it is given
  const response = await base(url, { ...init, method: 'GET', body: undefined, headers, signal });
  if (response.ok && response.body !== null) return response.body;
  await response.body?.cancel();
  return undefined;
}

/** Hands over the messages in `text`; what is none is skipped. */
function deliver(peer: Peer, text: string): void {
  let parsed: unknown;
  try {
    parsed = parseJson(text);
  } catch {
    return;
  }
  for (const item of Array.isArray(parsed) ? parsed : [parsed]) {
    const message = asMessage(item);
    if (message !== undefined) peer.deliver(message, text.length);
  }
}
