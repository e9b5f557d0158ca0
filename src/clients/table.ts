/** Every client whose servers can be taken over: where they stand, how they are written, and how MCPX is written there. */
import { McpxError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import * as dialects from './dialects.ts';
import { below, inHome, inSettings, inXdgConfig, type Place } from './place.ts';
import type { Reader } from './reading.ts';

/** How a client is to reach MCPX. */
export type Reach =
  | { command: string; args: string[] }
  /** `keyVariable`: the environment variable that holds the gateway’s key. */
  | { url: string; keyVariable?: string };

export interface Client {
  id: string;
  title: string;
  format: 'json' | 'toml';
  /** Names that lead to servers in its files; `*` is the folder of each project. MCPX is put into the first. */
  sections: readonly (readonly string[])[];
  /** Its files for everything that its user does; the first that exists counts, or else the first. */
  user: (place: Place) => string[];
  /** Its file for one project. */
  project?: (place: Place) => string;
  /** A server of it, as we write it. */
  read: Reader;
  /** MCPX as it writes it; undefined where it cannot reach it in that way. Nothing can be put into clients without. */
  write?: (reach: Reach) => Record<string, unknown> | undefined;
}

const byCommand = (reach: Reach) => ('command' in reach ? { ...reach } : undefined);

/** Headers that carry the key, in the client's way of referring to a variable. */
function headers(variable: string | undefined, reference: (name: string) => string) {
  return variable === undefined ? {} : { headers: { Authorization: `Bearer ${reference(variable)}` } };
}

const colon = (name: string) => `\${env:${name}}`;

export const clients: readonly Client[] = [
  {
    id: 'claude-desktop',
    title: 'Claude Desktop',
    format: 'json',
    sections: [['mcpServers']],
    user: place => [
      inSettings(place, 'Claude', 'claude_desktop_config.json'),
      ...(place.platform === 'win32' ? [inStoreFolder(place)] : []),
    ],
    read: dialects.usual,
    write: byCommand,
  },
  {
    id: 'claude-code',
    title: 'Claude Code',
    format: 'json',
    sections: [['mcpServers'], ['projects', '*', 'mcpServers']],
    user: place => [
      below(place, place.env['CLAUDE_CONFIG_DIR'] || place.home, '.claude.json'), // also where the variable is set
    ],
    project: place => below(place, place.folder, '.mcp.json'),
    read: dialects.usual,
    write: reach =>
      'command' in reach
        ? { type: 'stdio', ...reach }
        : { type: 'http', url: reach.url, ...headers(reach.keyVariable, name => `\${${name}}`) },
  },
  {
    id: 'cursor',
    title: 'Cursor',
    format: 'json',
    sections: [['mcpServers']],
    user: place => [inHome(place, '.cursor', 'mcp.json')],
    project: place => below(place, place.folder, '.cursor', 'mcp.json'),
    read: dialects.usual,
    write: reach =>
      byCommand(reach) ?? { url: (reach as { url: string }).url, ...headers(keyOf(reach), colon) },
  },
  {
    id: 'vscode',
    title: 'VS Code',
    format: 'json',
    sections: [['servers']],
    user: place => [
      inSettings(place, 'Code', 'User', 'mcp.json'),
      inSettings(place, 'Code - Insiders', 'User', 'mcp.json'),
    ],
    project: place => below(place, place.folder, '.vscode', 'mcp.json'),
    read: dialects.vscode,
    write: reach =>
      'command' in reach
        ? { type: 'stdio', ...reach }
        : { type: 'http', url: reach.url, ...headers(reach.keyVariable, colon) },
  },
  {
    id: 'windsurf',
    title: 'Windsurf',
    format: 'json',
    sections: [['mcpServers']],
    user: place => [inHome(place, '.codeium', 'windsurf', 'mcp_config.json')],
    read: dialects.usual,
    write: reach =>
      'command' in reach ? { ...reach } : { serverUrl: reach.url, ...headers(reach.keyVariable, colon) },
  },
  {
    id: 'zed',
    title: 'Zed',
    format: 'json',
    sections: [['context_servers']],
    user: place => [
      place.platform === 'win32'
        ? inSettings(place, 'Zed', 'settings.json')
        : place.platform === 'darwin'
          ? inHome(place, '.config', 'zed', 'settings.json')
          : inXdgConfig(place, 'zed', 'settings.json'),
    ],
    project: place => below(place, place.folder, '.zed', 'settings.json'),
    read: dialects.zed,
    write: reach => {
      if ('command' in reach) return { source: 'custom', ...reach, env: {} };
      return reach.keyVariable === undefined ? { source: 'custom', url: reach.url } : undefined; // it knows no variables
    },
  },
  {
    id: 'codex',
    title: 'Codex',
    format: 'toml',
    sections: [['mcp_servers']],
    user: place => [below(place, place.env['CODEX_HOME'] || inHome(place, '.codex'), 'config.toml')],
    project: place => below(place, place.folder, '.codex', 'config.toml'),
    read: dialects.codex,
    write: reach =>
      'command' in reach
        ? { ...reach }
        : { url: reach.url, ...(reach.keyVariable && { bearer_token_env_var: reach.keyVariable }) },
  },
  {
    id: 'gemini',
    title: 'Gemini CLI',
    format: 'json',
    sections: [['mcpServers']],
    user: place => [inHome(place, '.gemini', 'settings.json')],
    project: place => below(place, place.folder, '.gemini', 'settings.json'),
    read: dialects.gemini,
    write: reach =>
      'command' in reach
        ? { ...reach }
        : { httpUrl: reach.url, ...headers(reach.keyVariable, name => `$${name}`) },
  },
  {
    id: 'python-mcpx',
    title: 'MCPX in Python',
    format: 'json',
    sections: [['mcpServers'], ['mcp_servers']],
    user: place => [inHome(place, '.config', 'mcpx-toolkit', 'mcpx.json')],
    project: place => below(place, place.folder, 'config.json'),
    read: dialects.usual,
  },
];

/** Throws USAGE for an id that no client has. */
export function clientNamed(id: string): Client {
  const client = clients.find(each => each.id === id);
  if (client !== undefined) return client;
  const ids = clients.map(each => each.id);
  const [meant] = nearest(id, ids, 1);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  throw new McpxError('USAGE', `there is no client ${JSON.stringify(id)}.${hint}`, {
    help: `Clients: ${ids.join(', ')}.`,
  });
}

function keyOf(reach: Reach): string | undefined {
  return 'url' in reach ? reach.keyVariable : undefined;
}

/** Where Claude Desktop from the Windows store has its files. */
function inStoreFolder(place: Place): string {
  const local = place.env['LOCALAPPDATA'] || inHome(place, 'AppData', 'Local');
  const app = ['Packages', 'Claude_pzs8sxrjxfjjc', 'LocalCache', 'Roaming', 'Claude'];
  return below(place, local, ...app, 'claude_desktop_config.json');
}
