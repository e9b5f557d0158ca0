import { Cancellation } from '../cancellation.ts';
import type { CallContext } from '../types.ts';
import type { Call } from './call.ts';

/** A call of tool `t` of server `s`, which nobody has cancelled yet. */
export function plainCall(context: Partial<CallContext> = {}): Call {
  const base = { owner: 'o', principal: 'p', client: 'c', capabilities: {}, era: 'legacy' as const };
  return {
    server: 's',
    method: 'tools/call',
    params: { name: 't' },
    tool: { name: 't', inputSchema: {} },
    context: { ...base, cancellation: new Cancellation(), ...context },
  };
}
