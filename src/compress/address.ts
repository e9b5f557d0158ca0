import { quote } from './text.ts';

const plainTool = /^(?!.*\p{Default_Ignorable_Code_Point})[\p{ID_Continue}$-]+$/u;
const plainServer = /^(?!.*\p{Default_Ignorable_Code_Point})[\p{ID_Continue}$./@:-]+$/u;

/**
 * How a tool is called in text: `server.tool` where both names are plain, else `server["tool name"]`, and
 * `["server name"]["tool name"]` where the server's name has spaces, quotes, brackets or invisible characters.
 * What stands in brackets is a JSON string, and a tool's name has no dot outside them: given the servers' names,
 * every pair can be read back.
 */
export function address(server: string, tool: string): string {
  const bare = plainServer.test(server);
  if (bare && isPlainTool(tool)) return `${server}.${tool}`;
  return `${bare ? server : `[${quote(server)}]`}[${quote(tool)}]`;
}

/** Whether a tool's name can stand without quotes. */
export function isPlainTool(name: string): boolean {
  return plainTool.test(name);
}
