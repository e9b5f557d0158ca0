import type { Watcher } from '../call/subscriptions.ts';
import { addressOf, type Exposed, type Exposure, expose } from '../catalog/exposed.ts';
import { findResource, type Located } from '../catalog/find-resource.ts';
import type { Snapshot } from '../catalog/snapshot.ts';
import { asMcpxError, McpxError } from '../errors.ts';
import { exact } from '../exact.ts';
import { isObject } from '../json.ts';
import { nearest } from '../nearest.ts';
import type { CallContext, Era, JsonObject, RawResponse, Tool } from '../types.ts';
import type { View } from '../view.ts';
import { withHint, withReadHint } from './eras.ts';
import { forwarded } from './forwarded.ts';
import { isSeverity, severities } from './news.ts';
import { pageOf } from './pages.ts';
import { failed, invalidParams, refused } from './rpc-errors.ts';
import { downOr } from './tools/down.ts';
import { waitForListings } from './tools/waiting.ts';

/** Who watches resources and keeps log levels; `server` is one of the view. */
export interface Watching {
  subscribe(watcher: Watcher, server: string, uri: string): Promise<RawResponse>;
  unsubscribe(watcher: Watcher, server: string, uri: string): Promise<RawResponse>;
  setLogLevel(owner: string, level: string): void;
}

/** What matters of a client here. */
export interface Asking {
  /** The most characters that it takes for a name. */
  longest?: number;
  /** It will not ask again for a list that has changed, so the first one had better be whole. */
  patient?: boolean;
}

/** How long a list waits for servers that are starting, for a client that asks only once, in milliseconds. */
const patienceMs = 10_000;

type Answer = (params: JsonObject, context: CallContext) => RawResponse | Promise<RawResponse>;

/**
 * Prompts, resources, templates and completions of all servers in view, as those of one server: listed in order and in
 * pages, asked for by exposed name, answered as the server itself answers.
 */
export class Relayed {
  readonly view: View;
  readonly #watching: Watching;
  readonly #client: Asking;
  readonly #exposures = new WeakMap<Snapshot, Exposure>();
  /** The same for owners who see something else. */
  readonly #personal = new WeakMap<View, Relayed>();
  readonly #answers: ReadonlyMap<string, Answer>;
  /** What only clients of 2025 ask for. */
  readonly #legacyAnswers: ReadonlyMap<string, Answer>;

  constructor(view: View, watching: Watching, client: Asking = {}) {
    this.view = view;
    this.#watching = watching;
    this.#client = client;
    this.#answers = new Map<string, Answer>([
      ['prompts/list', this.#list('prompts', 'prompts', 'name')],
      ['resources/list', this.#list('resources', 'resources', 'uri')],
      ['resources/templates/list', this.#list('templates', 'resourceTemplates', 'uriTemplate')],
      ['prompts/get', (params, context) => this.#prompt(params, context)],
      ['resources/read', (params, context) => this.#read(params, context)],
      ['completion/complete', (params, context) => this.#complete(params, context)],
    ]);
    this.#legacyAnswers = new Map<string, Answer>([
      ['resources/subscribe', (params, context) => this.#watch('subscribe', params, context)],
      ['resources/unsubscribe', (params, context) => this.#watch('unsubscribe', params, context)],
      ['logging/setLevel', (params, context) => this.#setLevel(params, context)],
    ]);
  }

  /** What `owner` sees of it. */
  for(owner: string): Relayed {
    const view = this.view.for(owner);
    if (view === this.view) return this;
    const known = this.#personal.get(view) ?? new Relayed(view, this.#watching, this.#client);
    this.#personal.set(view, known);
    return known;
  }

  /** All items under their exposed names, as they are now. */
  get exposure(): Exposure {
    const { snapshot, collisions } = this.view;
    const known = this.#exposures.get(snapshot) ?? expose(snapshot, collisions, this.#client.longest);
    this.#exposures.set(snapshot, known);
    return known;
  }

  /** Waits for servers that have never listed, a while. */
  async settled(): Promise<void> {
    await waitForListings(this.view, undefined, this.#client.patient ? patienceMs : undefined);
  }

  knows(method: string, era: Era): boolean {
    return this.#answers.has(method) || (era === 'legacy' && this.#legacyAnswers.has(method));
  }

  /** Never rejects: what the server or the way to it says is a JSON-RPC error. `method` is known. */
  async answer(method: string, params: JsonObject, context: CallContext): Promise<RawResponse> {
    try {
      const answer = this.#answers.get(method) ?? this.#legacyAnswers.get(method)!;
      return await answer(params, context);
    } catch (thrown) {
      return failed(asMcpxError(thrown), context.era);
    }
  }

  /** One request to `server`, its params as they came but for what says where they go. */
  relay(
    server: string,
    method: string,
    params: JsonObject,
    context: CallContext,
    tool?: Tool,
  ): Promise<RawResponse> {
    const { _meta, inputResponses: _, requestState: __, ...sent } = params;
    const meta = forwarded(_meta);
    if (meta !== undefined || context.resumed !== undefined)
      Object.assign(sent, meta && { _meta: meta }, context.resumed);
    const call = this.view.call({ server, method, params: sent, tool }, context);
    return call.catch(thrown => downOr(this.view, server, thrown));
  }

  /** The address by which clients know the resource `uri` of `server`. */
  addressOf(server: string, uri: string): string {
    const { snapshot, collisions } = this.view;
    return addressOf(snapshot, collisions, server, uri);
  }

  #list(kind: keyof Exposure, member: string, key: string): Answer {
    return async (params, context) => {
      await this.settled();
      const exposed = [...(this.exposure[kind] as ReadonlyMap<string, Exposed<JsonObject>>).values()];
      const { items, nextCursor } = pageOf(exposed, params['cursor']);
      const shown = items.map(({ name, item }) =>
        item[key] === name ? exact(item) : { ...exact(item), [key]: name },
      );
      const list = { [member]: shown, ...(nextCursor !== undefined && { nextCursor }) };
      return { result: withHint(list, context.era, false) };
    };
  }

  async #prompt(params: JsonObject, context: CallContext): Promise<RawResponse> {
    const found = await this.#promptNamed(params['name']);
    if (found === undefined) return unknownPrompt(params['name'], this.exposure);
    return this.relay(found.server, 'prompts/get', { ...params, name: found.item.name }, context);
  }

  async #read(params: JsonObject, context: CallContext): Promise<RawResponse> {
    const { server, uri } = await this.locate(params['uri']);
    const response = await this.relay(server, 'resources/read', { ...params, uri }, context);
    return context.era === 'modern' ? withReadHint(response) : response;
  }

  async #complete(params: JsonObject, context: CallContext): Promise<RawResponse> {
    const ref = isObject(params['ref']) ? params['ref'] : {};
    if (ref['type'] === 'ref/prompt') {
      const found = await this.#promptNamed(ref['name']);
      if (found === undefined) return unknownPrompt(ref['name'], this.exposure);
      const own = { ...params, ref: { ...ref, name: found.item.name } };
      return this.relay(found.server, 'completion/complete', own, context);
    }
    if (ref['type'] !== 'ref/resource') return refused(invalidParams, 'ref must name a prompt or a resource');
    const { server, uri } = await this.locate(ref['uri']);
    return this.relay(server, 'completion/complete', { ...params, ref: { ...ref, uri } }, context);
  }

  async #watch(
    what: 'subscribe' | 'unsubscribe',
    params: JsonObject,
    context: CallContext,
  ): Promise<RawResponse> {
    const { server, uri } = await this.locate(params['uri']);
    return this.#watching[what]({ id: context.owner, context }, server, uri);
  }

  #setLevel({ level }: JsonObject, { owner }: CallContext): RawResponse {
    if (!isSeverity(level)) return refused(invalidParams, `level must be one of ${severities.join(', ')}`);
    this.#watching.setLogLevel(owner, level);
    return { result: {} };
  }

  async #promptNamed(name: unknown) {
    const named = () => (typeof name === 'string' ? this.exposure.prompts.get(name) : undefined);
    const found = named();
    if (found !== undefined) return found;
    await this.settled();
    return named();
  }

  /** The server that has the resource, and its own address of it. Throws UNKNOWN_RESOURCE. */
  async locate(address: unknown): Promise<Located> {
    if (typeof address !== 'string')
      throw new McpxError('UNKNOWN_RESOURCE', 'a resource has an address: `uri`, a string.');
    const unlisted = this.view.unlisted().length > 0;
    if (unlisted && !this.exposure.resources.has(address)) await this.settled();
    return findResource(this.view.snapshot, this.exposure, address);
  }
}

function unknownPrompt(name: unknown, { prompts }: Exposure): RawResponse {
  const shown = String(name).slice(0, 100);
  const close = nearest(shown, prompts.keys(), 3);
  const hint = close.length === 0 ? '' : `; nearest: ${close.join(', ')}`;
  return refused(invalidParams, `Unknown prompt ${JSON.stringify(shown)}${hint}`);
}
