import { formatProblem } from '../config/types.ts';
import { counted } from '../words.ts';
import type { Given } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { print, printJson } from './print.ts';
import { configuration } from './setup.ts';

/** `mcpx check`: 0 when everything can be started, 1 when a server cannot, 2 when the file cannot be used at all. */
export async function run(given: Given): Promise<number> {
  const config = await configuration(given);
  const stopped = config.servers.filter(({ problem }) => problem !== undefined);
  if (given.values['json']) {
    printJson({
      file: config.file,
      servers: config.servers.length,
      stopped: stopped.length,
      warnings: config.warnings,
    });
  } else {
    for (const warning of config.warnings) print(formatProblem(warning));
    const verdict = stopped.length === 0 ? 'all can be started' : `${stopped.length} cannot be started`;
    print(
      `${config.file}: ${counted(config.servers.length, 'server')}, ${verdict}, ${counted(config.warnings.length, 'warning')}`,
    );
  }
  return stopped.length === 0 ? exitCodes.ok : exitCodes.failed;
}
