import { isObject } from '../json.ts';
import type { JsonObject } from '../types.ts';

/** Which capability of a client says that it can be asked so. */
const capabilityOf: Readonly<Record<string, string>> = {
  'elicitation/create': 'elicitation',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
};

/** The extension of MCP Apps: results may come with an interface (SEP-1865). */
const appsExtension = 'io.modelcontextprotocol/ui';

/** The part of a client's capabilities that servers may be told of: what it can be asked, and extensions that we carry. */
export function askable(capabilities: unknown): JsonObject {
  if (!isObject(capabilities)) return {};
  const kept = Object.values(capabilityOf).filter(name => isObject(capabilities[name]));
  const apps = isObject(capabilities['extensions']) ? capabilities['extensions'][appsExtension] : undefined;
  return {
    ...Object.fromEntries(kept.map(name => [name, capabilities[name]])),
    ...(isObject(apps) && { extensions: { [appsExtension]: apps } }),
  };
}

/** Whether a client with these capabilities can be asked anything. */
export function canAnswer(capabilities: JsonObject): boolean {
  return Object.values(capabilityOf).some(name => capabilities[name] !== undefined);
}

/** Whether a client with these capabilities shows the interfaces that tools have. */
export function showsApps({ extensions }: JsonObject): boolean {
  return isObject(extensions) && extensions[appsExtension] !== undefined;
}

/** Whether a client with these capabilities can be asked this; a form is what elicitation is when nothing else is said. */
export function canBeAsked(capabilities: JsonObject, method: string, params: JsonObject): boolean {
  const capability = capabilities[capabilityOf[method] ?? ''];
  if (!isObject(capability)) return false;
  if (method !== 'elicitation/create') return true;
  const isPlain = capability['form'] === undefined && capability['url'] === undefined;
  return params['mode'] === 'url' ? isObject(capability['url']) : isPlain || isObject(capability['form']);
}

/** What a client must have declared to be asked this. */
export function neededFor(method: string, params: JsonObject): JsonObject {
  const capability = capabilityOf[method] ?? method;
  if (method !== 'elicitation/create') return { [capability]: {} };
  return { [capability]: { [params['mode'] === 'url' ? 'url' : 'form']: {} } };
}
