import type { Agent } from 'node:http';
import { execModern } from '../lib/raw-http.ts';
import type { ServerEntry } from '../lib/subjects.ts';

export const isolations = ['shared', 'client', 'call'] as const;

const clients = 5;

/** The same server three times, once for each isolation. */
export function threeOf(server: ServerEntry): Record<string, ServerEntry> {
  return Object.fromEntries(isolations.map(isolation => [isolation, { ...server, isolation }]));
}

/** A call by one of a few clients, in turn. */
export function byTurns(url: string, agent: Agent, tool: string, args: object): () => Promise<unknown> {
  let turn = 0;
  return () => execModern(`${url}?client=bench-${turn++ % clients}`, agent, tool, args);
}
