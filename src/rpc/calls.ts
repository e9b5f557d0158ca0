import { McpxError } from '../errors.ts';
import { ExactNumber } from '../exact.ts';
import type { JsonObject, RawResponse } from '../types.ts';

/** One request on the wire. Never times out by itself: whoever opened it cancels it. */
export interface OpenCall {
  /** The raw answer; rejects with an McpxError when there will be none. */
  response: Promise<RawResponse>;
  /** Tells the other side, and rejects `response` with `reason`. Without effect once answered. */
  cancel(reason: Error): void;
}

/** What has gone over the wire, in characters of JSON. */
interface Traffic {
  sent: number;
  received: number;
}

export interface CallOptions {
  /** Where it is counted. */
  traffic?: Traffic;
  /** Progress of this call, as it came, in order of arrival and never after the answer. */
  onProgress?: (params: JsonObject) => void;
  /** What the caller can be asked while the call runs; told to servers of 2026, who want to know with each call. */
  capabilities?: JsonObject;
  /** From which severity the caller wants log messages; told to servers of 2026 with each call. */
  logLevel?: string;
  /** Extra HTTP headers (`Mcp-Param-*`); without effect on other transports. */
  headers?: Record<string, string>;
}

/** For an answer longer than is read; `length` in bytes or characters. */
export function tooLarge(length: number): McpxError {
  const size = `${Math.round(length / 1024 / 1024)} MB`;
  return new McpxError('RESULT_TOO_LARGE', `the answer has ${size} or more, which is more than is read`);
}

/** For a stream that is over before the answer came. */
export function noAnswer(): McpxError {
  return new McpxError('UPSTREAM_LOST', 'the server ended the stream without an answer');
}

/** For an answer that has nothing in it. */
export function noObject(): McpxError {
  return new McpxError('UPSTREAM_PROTOCOL', 'the answer has neither a result nor an error that is an object');
}

/** A request that waits for its answer. */
export class Pending implements OpenCall {
  /** 0 before it is on its way. */
  id = 0;
  readonly response: Promise<RawResponse>;
  readonly onProgress: CallOptions['onProgress'];
  readonly traffic: CallOptions['traffic'];
  readonly cancel: OpenCall['cancel'];
  resolve!: (response: RawResponse) => void;
  reject!: (error: Error) => void;

  constructor({ onProgress, traffic }: CallOptions, cancel: OpenCall['cancel']) {
    this.onProgress = onProgress;
    this.traffic = traffic;
    this.cancel = cancel;
    this.response = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/** Far from the SDK's own ids 0, 1, 2…; integers, since some servers know no others. */
export const firstId = 1_000_000_000;

/** An id that we may have given out, undefined for the SDK's. Some servers make strings of numbers. */
export function ownId(value: unknown): number | undefined {
  const id = typeof value === 'string' || value instanceof ExactNumber ? Number(value) : value;
  return typeof id === 'number' && id >= firstId ? id : undefined;
}
