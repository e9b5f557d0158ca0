import type { Reloaded } from '../config/reloads.ts';
import { McpxError } from '../errors.ts';
import { describedReload } from '../telemetry/reload-text.ts';
import type { Given } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { asked } from './instance/find.ts';
import { print, printError, printJson } from './print.ts';
import { runningWith } from './running.ts';
import { located } from './setup.ts';

/** A server that is connected to anew may take as long as its `connectTimeoutMs`. */
const waitMs = 600_000;

/** Has the gateway that runs with `file` read it again; undefined when none runs. */
export async function reloadRunning(file: string): Promise<Reloaded | undefined> {
  const instance = await runningWith(file);
  if (instance === undefined) return undefined;
  return (await asked(instance, '/api/reload', { method: 'POST', waitMs })) as Reloaded;
}

/** `mcpx reload`: 0 when the configuration holds, 2 when it cannot be used. */
export async function run(given: Given): Promise<number> {
  const file = located(given);
  const reloaded = await reloadRunning(file);
  if (reloaded === undefined) throw new McpxError('NO_GATEWAY', `no gateway runs with ${file}.`);
  if (given.values['json']) printJson(reloaded);
  else if (reloaded.ok) print(describedReload(reloaded.difference, reloaded.ms));
  else {
    for (const problem of reloaded.problems) print(problem);
    printError('the running gateway goes on with the configuration before');
  }
  return reloaded.ok ? exitCodes.ok : exitCodes.usage;
}
