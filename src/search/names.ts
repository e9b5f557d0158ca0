import { byName, type Entry, type Part, plain } from './part.ts';

/** The tools by their names. Case, width and surrounding space count for nothing. */
export class Names {
  readonly #entries = new Map<string, Entry[]>();

  constructor(parts: Iterable<Part>) {
    for (const { entries, names } of parts) {
      for (const [index, entry] of entries.entries()) {
        const name = names[index]!;
        const same = this.#entries.get(name);
        if (same === undefined) this.#entries.set(name, [entry]);
        else same.push(entry);
      }
    }
  }

  /** The tools that any query calls by name: bare, as `server.tool` or as `server["tool"]`; in the order of their names. */
  find(queries: readonly string[]): Entry[] {
    const found = queries.flatMap(query => {
      const text = plain(query);
      return [...(this.#entries.get(text) ?? []), ...this.#addressed(text)];
    });
    return [...new Set(found)].sort(byName);
  }

  *#addressed(text: string): Generator<Entry> {
    for (const [server, tool] of addresses(text)) {
      for (const entry of this.#entries.get(tool) ?? []) if (plain(entry.server) === server) yield entry;
    }
  }
}

/** What a text may name: the server, which may have dots itself, and the tool. */
function* addresses(text: string): Generator<[server: string, tool: string]> {
  for (let dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) {
    yield [text.slice(0, dot), text.slice(dot + 1)];
  }
  const [, server, quoted] = /^([^[]*)\[(".*")\]$/s.exec(text) ?? [];
  const tool = quoted === undefined ? undefined : unquoted(quoted);
  if (server !== undefined && tool !== undefined) yield [server, plain(tool)];
}

/** What is quoted as JSON does it. */
function unquoted(text: string): string | undefined {
  try {
    return JSON.parse(text) as string; // nothing else begins and ends so
  } catch {
    return undefined; // brackets and quotes of some other kind
  }
}
