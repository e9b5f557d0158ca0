import { currentEnvironment } from '../../config/environment.ts';
import { ConfigFile } from '../../config/file.ts';
import { stateFolder } from '../../config/locate.ts';
import type { Reloaded } from '../../config/reloads.ts';
import type { Written } from '../../config/text-file.ts';
import { localPrincipal } from '../../types.ts';
import { writeDown } from '../audit.ts';
import { reloadRunning } from '../reload.ts';

/**
 * Changes the configuration, writes down that `what` was done, and has the gateway that runs with it
 * take it over. Throws as `ConfigFile.change`.
 */
export async function changeConfig(
  file: string,
  { what, edit }: { what: string; edit: (text: string) => string },
): Promise<Written & { reloaded?: Reloaded }> {
  const written = await new ConfigFile(file, stateFolder(currentEnvironment())).change({ edit });
  if (!written.changed) return written;
  await writeDown(file, { principal: localPrincipal, what, detail: file });
  return { ...written, reloaded: await reloadRunning(file) };
}
