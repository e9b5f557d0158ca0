import type { ClientTraits, Config, Mode } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import type { Gateway } from '../gateway.ts';
import { part, type View } from '../view.ts';
import { Activity } from './activity.ts';
import { traitsOf } from './clients/known.ts';
import { Flat } from './flat.ts';
import { Listeners } from './listeners.ts';
import type { Common } from './shortcut.ts';
import { Streams } from './streams.ts';
import type { Surface } from './surface.ts';
import { ThreeTools } from './three-tools.ts';

/** The most different choices that are remembered. */
const maxSurfaces = 256;
/** The longest of them, in characters. */
const maxKey = 1_000;

/** What a client asks to be shown; what is left out is for the configuration to say. */
export interface Choice {
  mode?: Mode;
  /** Names of servers. */
  servers?: string[];
  /** A name in `gateway.profiles`. */
  profile?: string;
}

/** The surfaces of one gateway, made as clients ask for them, and what all their clients have in common. */
export class Surfaces implements Common {
  readonly activity = new Activity();
  readonly listeners: Listeners;
  readonly streams: Streams;
  readonly #gateway: Gateway;
  readonly #surfaces = new Map<string, Surface>();
  /** The surfaces by address and client: choosing costs more than remembering. */
  readonly #chosen = new Map<string, Surface>();
  /** The configuration by which they were chosen. */
  #config?: Config;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
    this.listeners = new Listeners(gateway);
    this.streams = new Streams(this.listeners, gateway);
    gateway.onOwnChange = (owner, server, lists) => {
      this.listeners.changed({ servers: new Set([server]), lists: new Set(lists) }, owner);
    };
    gateway.onResourceUpdate = (watcher, server, params) => this.listeners.updated(watcher, server, params);
  }

  /** What a client that calls itself `client` is shown at an address of the gateway. Throws BAD_ADDRESS. */
  at(path: string, query: string, client: string): Surface {
    this.#forgetIfReloaded();
    const key = `${path}?${query} ${client}`;
    const known = this.#chosen.get(key);
    if (known !== undefined) return known;
    const choice = choiceIn(new URLSearchParams(query));
    const surface = this.of(path === '/mcp/flat' ? { ...choice, mode: 'flat' } : choice, client);
    if (this.#chosen.size >= maxSurfaces) this.#chosen.clear();
    if (key.length < maxKey) this.#chosen.set(key, surface);
    return surface;
  }

  /** What a client that calls itself `client` is shown. Throws BAD_ADDRESS where it asks for what there is not. */
  of(choice: Choice, client: string): Surface {
    this.#forgetIfReloaded();
    const { clients, profiles } = this.#gateway.config.gateway;
    const { profile: named } = choice;
    const profile = named === undefined ? undefined : Object.hasOwn(profiles, named) ? profiles[named] : null;
    if (profile === null) throw badAddress(`there is no profile ${show(named!)}.`, Object.keys(profiles));
    const traits = traitsOf(client, clients);
    const mode = this.#modeFor(choice.mode ?? profile?.mode ?? traits.mode, traits);
    const servers = narrowed(choice.servers, profile?.servers);
    const key = JSON.stringify([
      mode,
      servers,
      traits.nameLength,
      traits.structuredContent,
      traits.listChanged,
    ]);
    const known = this.#surfaces.get(key) ?? this.#make(mode, servers, traits);
    if (!this.#surfaces.has(key) && this.#surfaces.size >= maxSurfaces) this.#surfaces.clear();
    this.#surfaces.set(key, known);
    return known;
  }

  #forgetIfReloaded(): void {
    const { config } = this.#gateway;
    if (config === this.#config) return;
    this.#config = config;
    this.#surfaces.clear();
    this.#chosen.clear();
  }

  #modeFor(asked: Mode | undefined, { defers }: ClientTraits): 'tools' | 'flat' {
    const mode = asked ?? this.#gateway.config.gateway.mode;
    if (mode !== 'auto') return mode;
    return defers === true ? 'flat' : 'tools';
  }

  #make(mode: 'tools' | 'flat', servers: string[] | undefined, traits: ClientTraits): Surface {
    const options = { view: this.#view(servers), watching: this.#gateway };
    const { nameLength: longest, structuredContent, listChanged } = traits;
    if (mode === 'tools') return new ThreeTools({ ...options, structured: structuredContent });
    return new Flat({ ...options, longest, patient: listChanged === false });
  }

  #view(servers: string[] | undefined): View {
    if (servers === undefined) return this.#gateway;
    const { snapshot } = this.#gateway;
    const unknown = servers.find(name => !snapshot.servers.has(name));
    if (unknown !== undefined)
      throw badAddress(`there is no server ${show(unknown)}.`, [...snapshot.servers.keys()]);
    return part(this.#gateway, new Set(servers));
  }
}

/** What the address of a request asks for. Throws BAD_ADDRESS. */
export function choiceIn(query: URLSearchParams): Choice {
  const mode = query.get('mode') ?? undefined;
  if (mode !== undefined && mode !== 'tools' && mode !== 'flat' && mode !== 'auto') {
    throw badAddress(`there is no mode ${show(mode)}.`, ['tools', 'flat', 'auto']);
  }
  const servers = query.get('servers')?.split(',').filter(Boolean);
  return { mode, ...(servers && { servers }), profile: query.get('profile') ?? undefined };
}

/** Of a profile only what the client asks for as well. */
function narrowed(asked: string[] | undefined, profile: string[] | undefined): string[] | undefined {
  if (asked === undefined || profile === undefined) return asked ?? profile;
  return asked.filter(name => profile.includes(name));
}

function badAddress(message: string, known: string[]): McpxError {
  const help = `There ${known.length === 1 ? 'is' : 'are'}: ${known.slice(0, 50).map(show).join(', ') || 'none'}.`;
  return new McpxError('BAD_ADDRESS', message, { help });
}

function show(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
