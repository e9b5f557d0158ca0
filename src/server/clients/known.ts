import type { ClientTraits } from '../../config/types.ts';

/**
 * What is known of clients by the name that they give themselves (`clientInfo.name`), beside what every client is taken
 * for. Each row says who reported it; `gateway.clients` in the configuration goes before it.
 */
const known: Readonly<Record<string, ClientTraits>> = {
  // Shows a model `structuredContent` alone where there is any (anthropics/claude-code#79944), puts `mcp__NAME__` before
  // names of 64 characters at most (#19882), searches tools itself, and does not ask again for a changed list (#79826).
  'claude-code': { defers: true, nameLength: 50, structuredContent: false, listChanged: false },
  // Takes no notice of a changed list (anthropics/claude-ai-mcp#960).
  'claude-ai': { listChanged: false },
  // Counts its own name of the server into 60 characters (sparfenyuk/mcp-proxy#45).
  'cursor-vscode': { nameLength: 50 },
  // Shows a model `structuredContent` alone where there is any (microsoft/vscode#290063).
  'Visual Studio Code': { structuredContent: false },
  'Visual-Studio-Code': { structuredContent: false },
};

/** What a client is taken for: what the configuration says of its name, then what is known of it. */
export function traitsOf(name: string, configured: Readonly<Record<string, ClientTraits>>): ClientTraits {
  const own = Object.hasOwn(known, name) ? known[name] : undefined;
  return { ...own, ...bestOf(name, configured) };
}

/** The entry for `name` itself, else the longest that ends in `*` and begins like it. */
function bestOf(name: string, configured: Readonly<Record<string, ClientTraits>>): ClientTraits | undefined {
  if (Object.hasOwn(configured, name)) return configured[name];
  const fitting = Object.keys(configured).filter(
    key => key.endsWith('*') && name.startsWith(key.slice(0, -1)),
  );
  const [longest] = fitting.sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : configured[longest];
}
