import { createHash } from 'node:crypto';
import type { Era, JsonObject, Principal } from '../types.ts';

/** A client that is connected over HTTP, as whoever runs the gateway sees it. Times are epoch milliseconds. */
export interface ClientReport {
  /** Says nothing about how the client proves that a session is its own. */
  id: string;
  principal: Principal;
  /** What it calls itself. */
  client: string;
  /** What it declared that it can be asked. */
  capabilities?: JsonObject;
  era: Era;
  transport: 'http' | 'sse';
  openedAt?: number;
  lastSeenAt?: number;
  /** Requests and streams that are open now. */
  open?: number;
}

/** Under which whoever is `owner` of connections is shown. */
export function shownId(owner: string): string {
  return createHash('sha256').update(owner).digest('hex').slice(0, 16);
}
