import type { Config, ServerConfig } from '../../config/types.ts';
import { formatProblem } from '../../config/types.ts';
import { McpxError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { localPrincipal, type Principal } from '../../types.ts';
import type { Given } from '../command.ts';
import { text } from '../options.ts';

/** Whose login it is about, and where. */
export interface Subject {
  server: ServerConfig;
  principal: Principal;
}

/** The server that is named, and the key or else the gateway itself. Throws when there can be no login. */
export function subjectOf(config: Config, given: Given, command: string): Subject {
  const [name] = given.words;
  if (name === undefined) {
    throw new McpxError('USAGE', `${command} needs the name of a server.`, {
      help: `Such as: mcpx ${command} ${config.servers[0]?.name ?? 'github'}`,
    });
  }
  const server = config.servers.find(other => other.name === name);
  if (server === undefined)
    throw unknown(
      'UNKNOWN_SERVER',
      'server',
      name,
      config.servers.map(other => other.name),
    );
  if (server.problem !== undefined) throw new McpxError('CONFIG_INVALID', formatProblem(server.problem));
  const { target } = server;
  if (target?.type === 'stdio') {
    throw new McpxError(
      'USAGE',
      `server "${name}" is a program on this machine; there is nothing to log in to.`,
      {
        help: 'What it needs goes into its `env`.',
      },
    );
  }
  if (target?.auth === undefined) {
    throw new McpxError('USAGE', `server "${name}" has an Authorization header in its \`headers\` already.`, {
      help: 'Remove it to log in instead.',
    });
  }
  const key = text(given, 'key');
  const keys = config.gateway.keys.map(other => other.name);
  if (key !== undefined && !keys.includes(key)) throw unknown('USAGE', 'key', key, keys);
  return { server, principal: key ?? localPrincipal };
}

function unknown(code: 'UNKNOWN_SERVER' | 'USAGE', what: string, name: string, names: string[]): McpxError {
  const near = nearest(name, names, 3);
  const help =
    names.length === 0
      ? `There are no ${what}s.`
      : `There are: ${(near.length > 0 ? near : names).join(', ')}.`;
  return new McpxError(code, `there is no ${what} "${name}" in the configuration.`, { help });
}
