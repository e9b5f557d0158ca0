/** What a person pastes to add a server: a command, an address, or the JSON of any client. */
import { parse } from 'jsonc-parser';
import type { ServerEntry } from '../config/change.ts';
import { isObject } from '../json.ts';
import { usual, vscode } from './dialects.ts';

export interface Pasted {
  servers: { name: string; settings: ServerEntry; notes: string[] }[];
  problems: string[];
}

const longestText = 1024 * 1024;

/** Servers in `text`, under names that are not `taken`. Nothing is run and nothing is written. */
export function pasted(text: string, taken: ReadonlySet<string>): Pasted {
  const given = text.trim();
  const found = given.length > longestText ? undefined : serversIn(given);
  if (found === undefined || found.length === 0)
    return { servers: [], problems: ['this is no command, no address and no JSON with servers.'] };
  const names = new Set(taken);
  const servers = found.map(({ name, own, isOfVsCode }) => {
    const { entry, notes } = (isOfVsCode ? vscode : usual)(own);
    const free = freeName(name, names);
    names.add(free);
    return { name: free, settings: entry, notes };
  });
  return { servers, problems: [] };
}

interface Standing {
  name: string;
  own: Record<string, unknown>;
  isOfVsCode?: boolean;
}

function serversIn(text: string): Standing[] | undefined {
  if (/^https?:\/\/\S+$/.test(text)) return [{ name: nameOfUrl(text), own: { url: text } }];
  if (/^["{]/.test(text) && text.includes('{')) return serversInJson(text);
  return text === '' || /^[[{"]|\n/.test(text) ? undefined : serverOfCommand(text);
}

/** `{ "mcpServers": … }`, `{ "servers": … }`, `{ NAME: … }`, `"NAME": { … }`, or one server alone. */
function serversInJson(text: string): Standing[] | undefined {
  const errors: object[] = [];
  const whole: unknown = parse(text.startsWith('{') ? text : `{${text}\n}`, errors as never[], {
    allowTrailingComma: true,
  });
  if (!isObject(whole) || errors.length > 0) return undefined;
  for (const key of ['mcpServers', 'servers', 'context_servers']) {
    const group = whole[key];
    if (isObject(group)) return entriesOf(group, key === 'servers');
  }
  if (isServer(whole)) return [{ name: nameOf(whole), own: whole }];
  return entriesOf(whole, false);
}

function entriesOf(group: Record<string, unknown>, isOfVsCode: boolean): Standing[] {
  return Object.entries(group).flatMap(([name, own]) =>
    isObject(own) && isServer(own) ? [{ name, own, isOfVsCode }] : [],
  );
}

function isServer(own: Record<string, unknown>): boolean {
  return ['command', 'url', 'serverUrl', 'httpUrl'].some(key => typeof own[key] === 'string');
}

function nameOf({ command, args, url }: Record<string, unknown>): string {
  if (typeof url === 'string') return nameOfUrl(url);
  return nameOfCommand([String(command), ...(Array.isArray(args) ? args.map(String) : [])]);
}

/** `NAME=value … program argument …` */
function serverOfCommand(text: string): Standing[] | undefined {
  const words = wordsOf(text);
  if (words === undefined) return undefined;
  const first = words.findIndex(word => !/^[A-Za-z_]\w*=/.test(word));
  const [command, ...args] = first < 0 ? [] : words.slice(first);
  if (command === undefined) return undefined;
  const env = Object.fromEntries(
    words.slice(0, first).map(word => {
      const at = word.indexOf('=');
      return [word.slice(0, at), word.slice(at + 1)] as const;
    }),
  );
  const own = { command, ...(args.length > 0 && { args }), ...(first > 0 && { env }) };
  return [{ name: nameOfCommand([command, ...args]), own }];
}

/** As a shell would part them; undefined where a quote is not closed. */
function wordsOf(text: string): string[] | undefined {
  const words: string[] = [];
  const pattern = /\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])+)/gy;
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    const word = pattern.exec(text)?.[1];
    if (word === undefined) return undefined;
    words.push(
      word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (_, double, single, escaped) =>
        double === undefined ? (single ?? escaped) : double.replace(/\\(.)/g, '$1'),
      ),
    );
  }
  return words;
}

/** Words of a command that say nothing of the server. */
const runners = /^(npx|uvx|uv|node|python3?|bunx?|deno|docker|run|dlx|exec|pnpm|npm|yarn|-.*)$/;
/** What nearly every server has in its name. */
const common = /^(server|mcp)-|-(server|mcp)$/g;

function nameOfCommand(words: string[]): string {
  const telling =
    words.map(word => word.replace(/^.*[\\/]/, '')).find(word => !runners.test(word)) ?? words[0] ?? '';
  return tidied(telling.replace(/@[\w.^~-]+$/, '').replace(/\.(m?js|ts|py|exe|cmd)$/, ''));
}

function nameOfUrl(url: string): string {
  const { hostname } = URL.canParse(url) ? new URL(url) : { hostname: 'server' };
  const parts = hostname.split('.').filter(part => !/^(www|mcp|api|com|net|org|io|dev|ai|app)$/.test(part));
  return tidied(parts.at(-1) ?? hostname);
}

function tidied(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const short = plain.replace(common, '').replace(common, '');
  return (short || plain || 'server').slice(0, 50);
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  for (let number = 2, free = wanted; ; free = `${wanted}-${number++}`) if (!taken.has(free)) return free;
}
