import type { Outcome } from '../../types.ts';

/** One call as it is remembered; texts are without secrets and harmless. Times in milliseconds, sizes in characters of JSON. */
export interface CallRecord {
  /** Those that ended later have larger ones: the end in epoch milliseconds, and three more digits. */
  id: number;
  /** The name of a key, never the key. */
  principal: string;
  client: string;
  server: string;
  method: string;
  /** Absent where it was no tool. */
  tool?: string;
  outcome: Outcome;
  /** What went wrong: a code of `src/errors.ts`, or that of a JSON-RPC error. */
  code?: string | number;
  /** The same in words. */
  error?: string;
  ms: number;
  /** Of that it waited for a place and a connection. */
  queueMs: number;
  /** Of that the server had it. */
  upstreamMs: number;
  /** How often it went on the wire. */
  attempts: number;
  /** Where the result came from, if not from the server. */
  cached?: string;
  /** What the server was sent, and sent. */
  sent: number;
  received: number;
  /** Estimated tokens of the arguments, of the result as the model was given it, and as it came; absent in flat mode. */
  argumentTokens?: number;
  resultTokens?: number;
  resultTokensBefore?: number;
  /** As in the log. */
  request?: string;
  trace?: string;
  /** JSON, or its beginning, where it is asked for. */
  arguments?: string;
  result?: string;
}

/** How each of them is kept, in this order; the first is the key. */
export const columns = {
  id: 'INTEGER PRIMARY KEY',
  principal: 'TEXT',
  client: 'TEXT',
  server: 'TEXT',
  method: 'TEXT',
  tool: 'TEXT',
  outcome: 'TEXT',
  code: '',
  error: 'TEXT',
  ms: 'REAL',
  queueMs: 'REAL',
  upstreamMs: 'REAL',
  attempts: 'INTEGER',
  cached: 'TEXT',
  sent: 'INTEGER',
  received: 'INTEGER',
  argumentTokens: 'INTEGER',
  resultTokens: 'INTEGER',
  resultTokensBefore: 'INTEGER',
  request: 'TEXT',
  trace: 'TEXT',
  arguments: 'TEXT',
  result: 'TEXT',
} as const satisfies Record<keyof CallRecord, string>;

const names = Object.keys(columns) as (keyof CallRecord)[];

/** The values of a record in the order of the columns. */
export type Row = (string | number | null | undefined)[];

/** Written out, in the order of the columns: it is ten times as quick. */
export function rowOf(call: CallRecord): Row {
  const { id, principal, client, server, method, tool, outcome, code, error, ms, queueMs, upstreamMs } = call;
  const { attempts, cached, sent, received, argumentTokens, resultTokens, resultTokensBefore } = call;
  // biome-ignore format: one line for each of those above
  return [
    id, principal, client, server, method, tool, outcome, code, error, ms, queueMs, upstreamMs,
    attempts, cached, sent, received, argumentTokens, resultTokens, resultTokensBefore,
    call.request, call.trace, call.arguments, call.result,
  ];
}

export function recordOf(row: Row): CallRecord {
  const known = names.flatMap((name, index) => (row[index] == null ? [] : [[name, row[index]]]));
  return Object.fromEntries(known);
}

/** The least id of calls that ended then, in epoch milliseconds. */
export function idAt(at: number): number {
  return Math.floor(at) * perMs;
}

/** Epoch milliseconds of its end. */
export function endOf({ id }: Pick<CallRecord, 'id'>): number {
  return Math.floor(id / perMs);
}

const perMs = 1_000;
