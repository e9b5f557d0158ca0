import { fixture, type ServerEntry } from '../lib/subjects.ts';

const idleMs = 1_000;
const sessionIdleMs = 3_000;

/** One server for each isolation, and those that misbehave. */
export const servers: Record<string, ServerEntry> = {
  shared: { ...fixture('echo'), isolation: 'shared', cache: { ttlMs: 1_000, tools: ['add'] } },
  client: { ...fixture('echo'), isolation: 'client' },
  call: { ...fixture('echo'), isolation: 'call' },
  dies: { ...fixture('exits-during-call'), isolation: 'call' },
  mute: { ...fixture('never-initializes'), connectTimeoutMs: 1_000 },
  hangs: { ...fixture('hangs-in-call'), isolation: 'shared', timeoutMs: 1_000 },
};

export const settings = {
  defaults: { pool: { idleMs }, health: { intervalMs: 2_000, timeoutMs: 1_000 } },
  gateway: { sessionIdleMs },
};

/** By then everybody has left, every connection has been idle for too long, and has had time to end. */
export const settleMs = sessionIdleMs + idleMs + 8_000;
