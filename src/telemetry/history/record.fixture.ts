import type { CallRecord } from './record.ts';

/** A call like any other. */
export function callRecord(more: Partial<CallRecord> = {}): CallRecord {
  return {
    id: 1_000,
    principal: 'laptop',
    client: 'editor',
    server: 'files',
    method: 'tools/call',
    tool: 'read',
    outcome: 'ok',
    ms: 10,
    queueMs: 1,
    upstreamMs: 8,
    attempts: 1,
    sent: 100,
    received: 2_000,
    ...more,
  };
}
