import type { IncomingHttpHeaders } from 'node:http';
import type { Located } from '../catalog/find-resource.ts';
import type { CallContext, Era, JsonObject, RawResponse } from '../types.ts';

/** What a client is shown of the gateway, and who answers it: the three tools, or the upstreams as one server. */
export interface Surface {
  /** What clients are told at the handshake that there is. */
  capabilities(era: Era): JsonObject;
  /** What clients are told at the handshake to do with it. */
  instructions(): Promise<string | undefined>;
  /** Whether `method` is answered here; clients of the other era may not know it. */
  knows(method: string, era: Era): boolean;
  /** What is wrong with the headers of a request whose params have to stand in them as well (SEP-2243). */
  headerFault?(
    method: string,
    params: JsonObject | undefined,
    headers: IncomingHttpHeaders,
  ): string | undefined;
  /** Never rejects. */
  answer(method: string, params: JsonObject, context: CallContext): Promise<RawResponse>;
  /** Whether what `server` has is a part of it. */
  shows(server: string): boolean;
  /** The server that has for `owner` the resource at `address`, and its own address of it. Rejects with UNKNOWN_RESOURCE. */
  locate(address: unknown, owner: string): Promise<Located>;
  /** The address by which clients know the resource `uri` of `server`. */
  addressOf(server: string, uri: string): string;
}

/** The capabilities that every surface has. */
export const commonCapabilities: JsonObject = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  completions: {},
  logging: {},
};
