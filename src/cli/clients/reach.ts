import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Client, Reach } from '../../clients/table.ts';
import { effective } from '../../config/effective.ts';
import { currentEnvironment } from '../../config/environment.ts';
import { loadDocument } from '../../config/load.ts';
import { expand } from '../../config/references.ts';
import { McpxError } from '../../errors.ts';
import type { Given } from '../command.ts';
import { text } from '../options.ts';
import { runningWith } from '../running.ts';

/** MCPX as the client is to write it: over HTTP where that was asked for, else as a command. Throws USAGE. */
export async function entryFor(client: Client, file: string, given: Given): Promise<Record<string, unknown>> {
  const overHttp = given.values['http'] === true || text(given, 'url') !== undefined;
  const entry = client.write?.(overHttp ? await address(client, file, given) : command(file, given));
  if (entry !== undefined) return entry;
  if (client.write === undefined) throw new McpxError('USAGE', `${client.title} takes no other servers.`);
  throw new McpxError('USAGE', `${client.title} cannot reach the gateway in that way.`, {
    help: 'Leave out --http: the client starts `mcpx stdio`; with --attach it relays to the gateway that runs.',
  });
}

/** By full paths: programs on a desktop often have another PATH than a shell. */
function command(file: string, given: Given): Reach {
  const attach = given.values['attach'] === true ? ['--attach', '--start'] : [];
  return {
    command: process.execPath,
    args: [realpathSync(process.argv[1]!), 'stdio', ...attach, '--config', file],
  };
}

async function address(client: Client, file: string, given: Given): Promise<Reach> {
  const {
    port,
    keys,
    publicUrl: configured,
  } = existsSync(file)
    ? effective((await loadDocument(file)).document).gateway
    : { port: 8000, keys: {}, publicUrl: undefined };
  const scope = { env: currentEnvironment(), folder: dirname(file) };
  const publicUrl = configured && (await expand(String(configured), scope)).text;
  const keyVariable = text(given, 'key-variable');
  if (Object.keys(keys as object).length > 0 && keyVariable === undefined) {
    throw new McpxError('USAGE', 'the gateway has keys, and the client needs one.', {
      help: 'Name the environment variable that holds it with --key-variable, or leave out --http.',
    });
  }
  const running = await runningWith(file);
  const base = text(given, 'url') ?? publicUrl ?? running?.address ?? `http://127.0.0.1:${port}`;
  return { url: endpoint(String(base), client), ...(keyVariable && { keyVariable }) };
}

/** Clients without sessions are told apart by a name in the address. */
function endpoint(base: string, { id }: Client): string {
  if (!URL.canParse(base)) throw new McpxError('USAGE', `--url ${JSON.stringify(base)} is no address.`);
  const url = new URL(base);
  if (url.pathname === '/') url.pathname = '/mcp';
  if (!url.searchParams.has('client')) url.searchParams.set('client', id);
  return url.href;
}
