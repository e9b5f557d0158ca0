import { isObject } from '../json.ts';
import type { JsonObject } from '../types.ts';

/** Which capability of a client says that it can be asked so. */
const capabilityOf: Readonly<Record<string, string>> = {
  'elicitation/create': 'elicitation',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
};

/** The part of a client's capabilities that is about questions: what servers may be told that it can do. */
export function askable(capabilities: unknown): JsonObject {
  if (!isObject(capabilities)) return {};
  const kept = Object.values(capabilityOf).filter(name => isObject(capabilities[name]));
  return Object.fromEntries(kept.map(name => [name, capabilities[name]]));
}

/** Whether a client with these capabilities can be asked this; a form is what elicitation is when nothing else is said. */
export function canBeAsked(capabilities: JsonObject, method: string, params: JsonObject): boolean {
  const capability = capabilities[capabilityOf[method] ?? ''];
  if (!isObject(capability)) return false;
  if (method !== 'elicitation/create') return true;
  const isPlain = capability['form'] === undefined && capability['url'] === undefined;
  return params['mode'] === 'url' ? isObject(capability['url']) : isPlain || isObject(capability['form']);
}
