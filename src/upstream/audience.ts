import { McpxError } from '../errors.ts';
import type { JsonObject, Question, RawResponse } from '../types.ts';

/** Whoever can be asked, and told, what servers want to know and say. */
export interface Audience {
  /** What servers may be told that `owner` can be asked. */
  capabilitiesOf(owner: string): JsonObject;
  /** From which severity `owner` wants log messages; undefined when it has not said. */
  logLevelOf(owner: string): string | undefined;
  /** Puts a question of `server` to `owner`; rejects with CANNOT_ASK. */
  ask(owner: string, server: string, question: Question): Promise<RawResponse>;
  tell(owner: string, server: string, method: string, params: JsonObject): void;
}

/** Whoever wants to hear of changed resources; `owner` is whose connection it is, undefined where it is everybody's. */
export interface Watchers {
  /** `params` as the server sent them. */
  updated(owner: string | undefined, server: string, params: JsonObject): void;
  /** The connection over which the server told is gone. */
  unheard(owner: string | undefined, server: string): void;
  /** Whether anybody is there who could be told of changed lists. */
  isListening(): boolean;
}

export const nobody: Audience = {
  capabilitiesOf: () => ({}),
  logLevelOf: () => undefined,
  ask: () => Promise.reject(new McpxError('CANNOT_ASK', 'nobody is there to be asked')),
  tell: () => {},
};
