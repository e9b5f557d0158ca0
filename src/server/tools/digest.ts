import type { CatalogServer, Snapshot } from '../../catalog/snapshot.ts';
import { countTools } from '../../catalog/snapshot.ts';
import { isPlainTool } from '../../compress/address.ts';
import { mostTokens } from '../../compress/most-tokens.ts';
import { signature } from '../../compress/signature.ts';
import { describe, quote } from '../../compress/text.ts';
import { counted } from '../../words.ts';

/** Some clients cut a description at 2,048 characters, so a token of the budget buys no more than this many. */
const charactersPerToken = 4;
/** Whatever characters others put into names, the menu grows no larger: every unusual one is taken for so many tokens. */
const perUnusual = 1.25;
const usual = /[A-Za-z0-9 \n.,:_/()-]+/g;
/** What is kept for the line about servers that are not shown. */
const tailTokens = 8;

/** A way to show one server; '' where it has nothing to show in that way. */
interface Way {
  write: (server: CatalogServer) => string;
  /** Tokens that it takes at the least, so that what cannot fit is not even written. */
  least: (server: CatalogServer) => number;
}

const poorest: Way = { write: server => heading(server), least: () => 1 };
const richer: Way[] = [
  { write: aboutLine, least: () => 4 },
  { write: nameLine, least: ({ forModel }) => 2 * forModel.size },
  { write: signatureLines, least: ({ forModel }) => 5 * forModel.size },
];

/**
 * The servers and their tools within `tokens`: a line for each server, while there is room; then what each says of
 * itself; then the names of its tools, and then their signatures, small servers first. Depends on the listings alone.
 */
export function digest(snapshot: Snapshot, tokens: number): string {
  const servers = [...snapshot.servers.values()];
  if (servers.length === 0) return 'No server is configured.';
  const head = `${counted(countTools(snapshot, 'forModel'), 'tool')} of ${counted(servers.length, 'server')}:`;
  const shown = new Shown(tokens - tokensOf(head) - tailTokens);
  shown.improve(servers, poorest);
  const bySize = servers
    .filter(server => shown.lines.has(server))
    .sort((a, b) => a.forModel.size - b.forModel.size);
  for (const way of richer) shown.improve(bySize, way);
  const left = servers.length - shown.lines.size;
  const lines = servers.flatMap(server => shown.lines.get(server) ?? []);
  return [head, ...lines, ...(left > 0 ? [`and ${counted(left, 'more server')}`] : [])].join('\n');
}

/** What is shown of each server, and the room that is left. */
class Shown {
  readonly lines = new Map<CatalogServer, string>();
  #room: number;

  constructor(room: number) {
    this.#room = room;
  }

  /** Shows servers in that way, one after the other, until one does not fit. */
  improve(servers: CatalogServer[], { write, least }: Way): void {
    for (const server of servers) {
      const before = this.lines.get(server);
      const room = this.#room + (before === undefined ? 0 : tokensOf(before));
      const text = least(server) > room ? undefined : write(server);
      if (text === '') continue;
      if (text === undefined || tokensOf(text) > room) return;
      this.lines.set(server, text);
      this.#room = room - tokensOf(text);
    }
  }
}

/** With the line's end. */
function tokensOf(text: string): number {
  const unusual = text.replace(usual, '').length;
  return Math.max(
    mostTokens(`${text}\n`),
    unusual * perUnusual + (text.length - unusual) / charactersPerToken,
  );
}

function heading({ name, listing, forModel }: CatalogServer): string {
  return `${describe(name, 60)}${listing === undefined ? '' : ` (${forModel.size})`}`;
}

/** What a server says of itself, or the names of its first tools. */
function aboutLine(server: CatalogServer): string {
  const { listing, forModel } = server;
  const first = [...forModel.keys()].slice(0, 4).map(shownName);
  const said =
    describe(withoutHeadings(listing?.instructions), 90) ||
    (first.length > 0 ? `${first.join(', ')}, …` : '');
  return said && `${heading(server)}: ${said}`;
}

function nameLine(server: CatalogServer): string {
  const names = [...server.forModel.keys()].map(shownName);
  return names.length === 0 ? '' : `${describe(server.name, 60)}: ${names.join(', ')}`;
}

function signatureLines({ name, forModel }: CatalogServer): string {
  return [...forModel.values()]
    .map(tool => signature(name, tool, { maxLength: 300, result: false }))
    .join('\n');
}

function shownName(name: string): string {
  return describe(isPlainTool(name) ? name : quote(name), 60);
}

/** Markdown headings say less than what stands below them. */
function withoutHeadings(text = ''): string {
  return text.slice(0, 4_000).replace(/^#+ .*$/gm, '');
}
