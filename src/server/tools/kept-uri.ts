import { McpxError } from '../../errors.ts';

const prefix = 'mcpx://results/';
const parts = ['select', 'grep', 'lines'] as const;

/** Which part of a kept result is asked for; each narrows down what the one before it left. */
export type KeptQuery = Partial<Record<(typeof parts)[number], string>>;

/** The address of the kept result `id`. */
export function keptUri(id: string): string {
  return prefix + id;
}

export function isKeptUri(uri: string): boolean {
  return uri.startsWith(prefix);
}

/** Reads an address, percent-encoded or as it is: models write `?select=a && b`. Throws BAD_ARGUMENTS. */
export function readKeptUri(uri: string): { id: string; query: KeptQuery } {
  const at = uri.indexOf('?');
  const id = uri.slice(prefix.length, at < 0 ? undefined : at);
  const query: KeptQuery = {};
  if (at < 0 || at === uri.length - 1) return { id, query };
  for (const piece of uri.slice(at + 1).split(/&(?=(?:select|grep|lines)=)/)) {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(piece) ?? [];
    const part = parts.find(known => known === name);
    if (part === undefined || !value || query[part] !== undefined) throw unreadable(piece);
    query[part] = decoded(value);
  }
  return { id, query };
}

function unreadable(piece: string): McpxError {
  const message = `resources: ${JSON.stringify(piece.slice(0, 100))} is no part of a kept result.`;
  const help =
    'Behind the uri may stand ?select=JMESPATH, ?grep=REGEXP and ?lines=FROM-TO, each once, joined by &.';
  return new McpxError('BAD_ARGUMENTS', message, { help });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a bare percent sign: it was not encoded
  }
}
