import { isObject } from '../json.ts';
import type { Principal } from '../types.ts';
import type { UpstreamRequest } from './call.ts';
import { canonical } from './canonical.ts';

/** What may stand in the params of a request that can be asked twice; more, such as `inputResponses`, makes it unique. */
const plainParams: ReadonlySet<string> = new Set(['name', 'arguments', 'uri', '_meta']);

/** What `_meta` may say without changing the answer. */
const traceKeys: ReadonlySet<string> = new Set(['traceparent', 'tracestate', 'baggage']);

/** Text that is the same for requests that ask the same, whoever asks; undefined for those that are never the same. */
export function questionOf({ server, method, params }: UpstreamRequest): string | undefined {
  for (const key in params) if (!plainParams.has(key)) return undefined;
  const { _meta, ...asked } = params;
  return _meta === undefined || isTrace(_meta) ? canonical([server, method, asked]) : undefined;
}

/** Where the answer for one principal stands. */
export function ownKey(principal: Principal, question: string): string {
  return JSON.stringify(principal) + question;
}

/** Where an answer for everybody stands; no principal's key begins in this way. */
export function sharedKey(question: string): string {
  return `*${question}`;
}

function isTrace(meta: unknown): boolean {
  return isObject(meta) && Object.keys(meta).every(key => traceKeys.has(key));
}
