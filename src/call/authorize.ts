import { McpxError } from '../errors.ts';
import type { Middleware } from './call.ts';

/** Tools that a person must confirm: server name → tool names. */
export type AskFirst = ReadonlyMap<string, ReadonlySet<string>>;

/** Refuses what needs a person's word, since no client can be asked for it yet. */
export function authorize(askFirst: AskFirst): Middleware {
  return next => call => {
    if (call.tool !== undefined && askFirst.get(call.server)?.has(call.tool.name)) {
      const message = `tool "${call.tool.name}" of server "${call.server}" runs only after a person has confirmed it`;
      return Promise.reject(new McpxError('NEEDS_CONFIRMATION', message));
    }
    return next(call);
  };
}
