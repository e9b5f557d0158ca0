import { type Effective, effective } from '../../config/effective.ts';
import { loadDocument } from '../../config/load.ts';
import { maskedSettings } from '../../config/masked.ts';
import { McpxError } from '../../errors.ts';
import type { Given } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson } from '../print.ts';
import { located } from '../setup.ts';

/** `mcpx config [SERVER]`: every setting that holds, references as they stand, secrets masked. */
export async function run(given: Given): Promise<number> {
  const { document } = await loadDocument(located(given));
  const shown = only(effective(document), given.words[0]);
  printJson(given.values['secrets'] ? shown : maskedSettings(shown));
  return exitCodes.ok;
}

function only(all: Effective, name: string | undefined): Record<string, unknown> {
  if (name === undefined) return { ...all };
  const own = Object.hasOwn(all.mcpServers, name) ? all.mcpServers[name] : undefined;
  if (own !== undefined) return own;
  const help = `Servers: ${Object.keys(all.mcpServers).join(', ')}.`;
  throw new McpxError('UNKNOWN_SERVER', `there is no server ${JSON.stringify(name)} in the file.`, { help });
}
