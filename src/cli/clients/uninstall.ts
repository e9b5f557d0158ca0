import { fileOf } from '../../clients/find.ts';
import { Installer } from '../../clients/install.ts';
import { clientNamed } from '../../clients/table.ts';
import { currentEnvironment } from '../../config/environment.ts';
import { stateFolder } from '../../config/locate.ts';
import { McpxError } from '../../errors.ts';
import type { Given } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { print, printJson } from '../print.ts';
import { currentPlace } from './place.ts';

/** `mcpx uninstall CLIENT` */
export async function run(given: Given): Promise<number> {
  const [id] = given.words;
  if (id === undefined) throw new McpxError('USAGE', 'uninstall needs the name of a client.');
  const file = await fileOf(clientNamed(id), currentPlace(), given.values['project'] === true);
  const done = await new Installer(file, stateFolder(currentEnvironment())).uninstall();
  if (given.values['json']) printJson({ client: id, ...done });
  else if (done.restored) print(`${done.file} is what it was before`);
  else if (!done.changed) print(`${done.file} had nothing of MCPX any more, and stays as it is`);
  else print(`took MCPX out of ${done.file}, and put back what had been moved; later changes stay`);
  return exitCodes.ok;
}
