import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { McpxError } from '../errors.ts';
import { type Environment, homeFolder } from './environment.ts';

interface LocateOptions {
  /** The value of --config. */
  named?: string;
  /** A person started the command on a terminal: only then may a file of the current folder decide what runs. */
  interactive: boolean;
  env: Environment;
  /** Current folder, absolute. */
  cwd: string;
}

/** The absolute path of the configuration file. Throws McpxError CONFIG_NOT_FOUND, naming where it was looked for. */
export function locateConfig({ named, interactive, env, cwd }: LocateOptions): string {
  const chosen = named ?? env['MCPX_CONFIG'];
  if (chosen) return existing([resolve(cwd, chosen)], named ? 'named by --config' : 'named by $MCPX_CONFIG');

  const candidates = [usualConfig(env)];
  if (interactive) candidates.push(join(cwd, 'mcpx.json'));
  return existing(candidates, 'looked for there');
}

/** The absolute path at which a configuration is made when there is none. */
export function newConfig({ named, env, cwd }: Omit<LocateOptions, 'interactive'>): string {
  const chosen = named ?? env['MCPX_CONFIG'];
  return chosen ? resolve(cwd, chosen) : usualConfig(env);
}

function usualConfig(env: Environment): string {
  return join(baseFolder(env['XDG_CONFIG_HOME'], env, '.config'), 'mcpx', 'mcpx.json');
}

/** Where MCPX keeps what it wants to remember. It need not exist. */
export function stateFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32' && env['LOCALAPPDATA']) return join(env['LOCALAPPDATA'], 'mcpx');
  return join(baseFolder(env['XDG_STATE_HOME'], env, '.local/state'), 'mcpx');
}

/** The XDG rule: a relative path in the variable counts as none. */
function baseFolder(variable: string | undefined, env: Environment, inHome: string): string {
  return variable && isAbsolute(variable) ? variable : join(homeFolder(env), inHome);
}

function existing(candidates: string[], how: string): string {
  const found = candidates.find(path => existsSync(path));
  if (found !== undefined) return found;
  throw new McpxError('CONFIG_NOT_FOUND', `There is no configuration: ${candidates.join(', ')} (${how}).`, {
    help: '`mcpx import` takes over the servers of your other clients, `mcpx add` adds one; or name a file with --config.',
  });
}
