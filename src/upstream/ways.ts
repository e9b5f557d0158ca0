import { isObject } from '../json.ts';
import type { JsonObject } from '../types.ts';

/** What was asked of the server first: nothing known (`auto`), its old handshake, or what it answered last time. */
type Mode = { kind: 'auto' } | { kind: 'legacy' } | { kind: 'modern'; discover: JsonObject };

/** One way to reach a server. Kept on disk once it has worked, so that it costs nothing the next time. */
export interface Way {
  type: 'stdio' | 'http' | 'sse';
  mode: Mode;
}

/** What is known about an attempt that failed. */
export interface Failure {
  /** HTTP status, where there was one. */
  status?: number;
  /** The process ended by itself. */
  ended: boolean;
  /** The answer to `server/discover`, where it came after the SDK had stopped waiting for it. */
  lateDiscover?: JsonObject;
}

/** The first way to try: the one that worked last time, else asking the server. */
export function firstWay(type: Way['type'], remembered: Way | undefined): Way {
  if (remembered !== undefined && (remembered.type === type || type === 'http')) return remembered;
  return { type, mode: type === 'sse' ? { kind: 'legacy' } : { kind: 'auto' } };
}

/** The next way after `way` failed, or undefined when there is none. */
export function nextWay(
  way: Way,
  failure: Failure,
  type: Way['type'],
  wasRemembered: boolean,
): Way | undefined {
  if (failure.lateDiscover !== undefined && way.mode.kind !== 'modern') {
    return { type: way.type, mode: { kind: 'modern', discover: failure.lateDiscover } };
  }
  if (wasRemembered && serverMayHaveChanged(failure)) return firstWay(type, undefined);
  // Some old servers end themselves on any request before `initialize`.
  if (way.type === 'stdio' && way.mode.kind === 'auto' && failure.ended)
    return { type: 'stdio', mode: { kind: 'legacy' } };
  const refusesPost = failure.status !== undefined && [400, 404, 405, 406, 415].includes(failure.status);
  if (way.type === 'http' && refusesPost) return { type: 'sse', mode: { kind: 'legacy' } };
  return undefined;
}

function serverMayHaveChanged(failure: Failure): boolean {
  return failure.status !== 401 && failure.status !== 403;
}

/** Whether what was read from disk is a way. */
export function isWay(value: unknown): value is Way {
  if (!isObject(value) || !isObject(value['mode'])) return false;
  const { kind, discover } = value['mode'];
  const known = kind === 'legacy' || (kind === 'modern' && isObject(discover));
  return known && ['stdio', 'http', 'sse'].includes(value['type'] as string);
}
