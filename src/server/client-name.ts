import { isObject } from '../json.ts';
import { envelopeKey } from '../rpc/messages.ts';

/** What a client calls itself in the params of `initialize`, or in a request's envelope; 'unnamed' where it does not. */
export function clientName(params: unknown): string {
  const { clientInfo, _meta: meta }: Record<string, unknown> = isObject(params) ? params : {};
  const info = clientInfo ?? (isObject(meta) ? meta[envelopeKey.clientInfo] : undefined);
  const name = isObject(info) ? info['name'] : undefined;
  return typeof name === 'string' && name !== '' ? name.slice(0, 100) : 'unnamed';
}
