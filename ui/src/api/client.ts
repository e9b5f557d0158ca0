/** Asks the admin API; what goes in and comes out is typed by its contract. */
import type { z } from 'zod/mini';
import type { Answer, Route } from '../../../src/admin/contract/route.ts';
import type { Routes } from '../../../src/admin/contract/routes.ts';
import { requests } from './requests.ts';

export type RequestId = keyof Routes;
export type AnswerOf<I extends RequestId> = Answer<Routes[I]>;

/** The names in braces of a path. */
type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
type Given<S> = S extends z.core.$ZodType ? z.input<S> : never;
type Field<Key extends string, Value> = [Value] extends [never]
  ? { [K in Key]?: undefined }
  : { [K in Key]: Value };
type Path<R extends Route> = Names<R['path']>;

/** What a request takes: names of its path, query and body. */
export type InputOf<I extends RequestId> = ([Path<Routes[I]>] extends [never]
  ? { params?: undefined }
  : { params: Record<Path<Routes[I]>, string> }) &
  (Routes[I] extends { query: infer Q } ? { query?: Given<Q> } : { query?: undefined }) &
  Field<'body', Routes[I] extends { body: infer B } ? Given<B> : never>;

/** A refusal, as the gateway words it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly help: string;
  readonly details: unknown;

  constructor(
    status: number,
    { code, message, help, data }: { code: string; message: string; help: string; data?: unknown },
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.help = help;
    this.details = data;
  }
}

/** Longer than the longest call that is tried from here. */
const deadlineMs = 11 * 60_000;

/** Rejects with ApiError. */
export async function ask<I extends RequestId>(
  id: I,
  input: InputOf<I>,
  signal?: AbortSignal,
): Promise<AnswerOf<I>> {
  const [method] = requests[id];
  const { body, ...address } = input as { body?: unknown };
  const deadline = AbortSignal.timeout(deadlineMs);
  const response = await fetch(addressOf(id, address), {
    method,
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    credentials: 'same-origin',
    ...(method !== 'GET' && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body ?? {}),
    }),
  }).catch((thrown: Error) => {
    if (thrown.name === 'AbortError') throw thrown;
    throw new ApiError(0, { code: 'UNREACHABLE', message: thrown.message, help: '' });
  });
  const said: unknown = await response.json().catch(() => undefined);
  if (response.ok) return said as AnswerOf<I>;
  const { error } = (said ?? {}) as { error?: ConstructorParameters<typeof ApiError>[1] };
  throw new ApiError(
    response.status,
    error ?? { code: `HTTP_${response.status}`, message: response.statusText, help: '' },
  );
}

/** Where a request goes, below wherever this page stands. */
export function addressOf(
  id: RequestId,
  { params = {}, query = {} }: { params?: Record<string, string>; query?: Record<string, unknown> },
): URL {
  const path = requests[id][1].replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const address = new URL(path.slice(1), document.baseURI.replace(/[?#].*$/, ''));
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') address.searchParams.set(name, String(value));
  return address;
}
