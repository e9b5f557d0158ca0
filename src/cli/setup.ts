import { currentEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import { locateConfig, newConfig, stateFolder } from '../config/locate.ts';
import { type Config, formatProblem } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import { Gateway } from '../gateway.ts';
import { publish } from '../telemetry/events.ts';
import { self } from '../version.ts';
import type { Given } from './command.ts';
import { text } from './options.ts';
import { printError } from './print.ts';

/** The configuration that the user means. `interactive`: a person started this, so ./mcpx.json counts. */
export async function configuration(
  given: Given,
  interactive = process.stdin.isTTY === true,
): Promise<Config> {
  return loadConfig(located(given, interactive), currentEnvironment());
}

/** Where it is. */
export function located(given: Given, interactive = process.stdin.isTTY === true): string {
  const env = currentEnvironment();
  return locateConfig({ named: text(given, 'config'), interactive, env, cwd: process.cwd() });
}

/** The file that a change is made in; where there is none, the one that will be made. */
export function editableFile(given: Given): string {
  try {
    return located(given);
  } catch (error) {
    if (!(error instanceof McpxError) || error.code !== 'CONFIG_NOT_FOUND') throw error;
    return newConfig({ named: text(given, 'config'), env: currentEnvironment(), cwd: process.cwd() });
  }
}

export function printWarnings(config: Config): void {
  for (const warning of config.warnings) printError(`warning: ${formatProblem(warning)}`);
}

/** Tells that the gateway of this process runs; `address` is where, over HTTP. */
export function toldOfStart({ file, servers }: Config, address?: string): void {
  publish('gateway.started', { version: self.version, config: file, servers: servers.length, address });
}

/** A gateway that knows what earlier runs listed. Nothing is started yet; whoever makes it closes it. */
export async function gatewayFrom(config: Config): Promise<Gateway> {
  const gateway = new Gateway({ config, stateFolder: stateFolder(currentEnvironment()) });
  await gateway.recall();
  return gateway;
}
