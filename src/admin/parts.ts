/** What the routes are made of. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cancellation } from '../cancellation.ts';
import type { Environment } from '../config/environment.ts';
import type { Reloads } from '../config/reloads.ts';
import type { Config } from '../config/types.ts';
import type { Gateway } from '../gateway.ts';
import type { HttpFront } from '../server/http.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Access, Proof } from './access/access.ts';
import type { Changes } from './changes.ts';
import type { Answer, Input } from './contract/route.ts';
import type { Routes } from './contract/routes.ts';
import type { Streams } from './events/stream.ts';

export interface Parts {
  gateway: Gateway;
  front: Pick<HttpFront, 'clients' | 'endClient' | 'base' | 'loginPage'>;
  telemetry: Telemetry;
  reloads: Reloads;
  env: Environment;
  /** Makes a candidate for the configuration ready as a reload would, or throws why it cannot be used. */
  prepare: (candidate: Config) => Config;
  access: Access;
  changes: Changes;
  /** Of events. */
  streams: Streams;
}

/** One request, past the door. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  proof: Proof;
  /** Cancelled when whoever asks is gone. */
  cancellation: Cancellation;
}

/** What answers each of these routes. */
export type Handlers<Id extends keyof Routes> = {
  [I in Id]: (input: Input<Routes[I]>, exchange: Exchange) => Answer<Routes[I]> | Promise<Answer<Routes[I]>>;
};
