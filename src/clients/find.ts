import { access } from 'node:fs/promises';
import { win32 } from 'node:path';
import { readText } from '../config/read.ts';
import { asMcpxError, McpxError } from '../errors.ts';
import type { Place } from './place.ts';
import type { Reading } from './reading.ts';
import { type Client, clients } from './table.ts';
import { serversIn } from './text.ts';

/** In bytes. Claude Code keeps its histories in the same file. */
export const largestFile = 256 * 1024 * 1024;

/** A server in the file of a client, as we write it. */
export interface Found extends Reading {
  client: Client;
  file: string;
  name: string;
  /** The project that it belongs to. */
  folder?: string;
}

/** What was found where, and which files could not be read, in a sentence each. */
export interface Finding {
  found: Found[];
  problems: string[];
}

export interface ClientFile {
  client: Client;
  path: string;
  /** The project that it belongs to. */
  folder?: string;
}

/** The servers in the files of these clients (all of them) that are there. MCPX itself is none. */
export async function findServers(place: Place, of: readonly Client[] = clients): Promise<Finding> {
  const finding: Finding = { found: [], problems: [] };
  for (const file of of.flatMap(client => filesOf(client, place))) {
    if (!(await exists(file.path))) continue;
    try {
      finding.found.push(...(await serversOf(file)));
    } catch (error) {
      finding.problems.push(`${file.client.title}: ${asMcpxError(error).message}`);
    }
  }
  return finding;
}

export function filesOf(client: Client, place: Place): ClientFile[] {
  const user = client.user(place).map(path => ({ client, path }));
  const path = client.project?.(place);
  if (path === undefined || user.some(each => each.path === path)) return user;
  return [...user, { client, path, folder: place.folder }];
}

/** Rejects with CONFIG_INVALID, or an Error, when the file cannot be read. */
async function serversOf({ client, path, folder: around }: ClientFile): Promise<Found[]> {
  const text = await readText(path, largestFile).catch(error => {
    throw new Error(`${path} ${(error as Error).message}`, { cause: error });
  });
  const servers = await serversIn(client, path, text);
  return servers.flatMap(({ name, own, folder = around }) => {
    const reading = client.read(own, folder);
    return isMcpx(name, reading) ? [] : [{ ...reading, client, file: path, name, ...(folder && { folder }) }];
  });
}

/** A gateway that calls itself would go round for ever. */
function isMcpx(name: string, { entry: { command, args } }: Reading): boolean {
  if (name === 'mcpx') return true;
  const words = [win32.basename(String(command)), ...(Array.isArray(args) ? args : [])];
  return words.some(word => /^(mcpx|mcpx-gateway|mcpx-toolkit)(@.*|\.cmd|\.exe)?$/.test(String(word)));
}

/** The file that MCPX is put into: of the user, or of the project. Throws USAGE where the client has none of that kind. */
export async function fileOf(client: Client, place: Place, ofProject: boolean): Promise<ClientFile> {
  if (ofProject) {
    const path = client.project?.(place);
    if (path !== undefined) return { client, path, folder: place.folder };
    throw new McpxError('USAGE', `${client.title} has no file for one project.`, {
      help: 'Leave out --project.',
    });
  }
  const paths = client.user(place);
  for (const path of paths) if (await exists(path)) return { client, path };
  return { client, path: paths[0]! };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
