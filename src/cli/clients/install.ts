import { type Candidate, candidatesOf } from '../../clients/candidates.ts';
import { type ClientFile, fileOf, filesOf, findServers } from '../../clients/find.ts';
import { Installer, ourName } from '../../clients/install.ts';
import { type Client, clientNamed, clients } from '../../clients/table.ts';
import { currentEnvironment } from '../../config/environment.ts';
import { stateFolder } from '../../config/locate.ts';
import { maskedSettings } from '../../config/masked.ts';
import { McpxError } from '../../errors.ts';
import type { Given } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { print, printJson } from '../print.ts';
import { editableFile, located } from '../setup.ts';
import { canAsk, confirmed, pickOne } from './ask.ts';
import { moveServers } from './move.ts';
import { currentPlace } from './place.ts';
import { entryFor } from './reach.ts';
import { reached, stateOf } from './shown.ts';
import { configured, toSet } from './take-over.ts';

/** `mcpx install [CLIENT]` */
export async function run(given: Given): Promise<number> {
  const client = await clientOf(given);
  const move = given.values['move'] === true;
  const file = move ? editableFile(given) : located(given);
  const target = await fileOf(client, currentPlace(), given.values['project'] === true);
  const entry = await entryFor(client, file, given);
  const others = move ? await othersOf(target, file) : [];
  const replace = given.values['replace'] === true;
  const moved = others.filter(
    ({ state }) => state === 'new' || state === 'same' || (replace && state === 'different'),
  );
  const staying = others.filter(each => !moved.includes(each));
  if (given.values['yes'] !== true) await agreed(given, target, entry, moved, staying);

  const taken = await moveServers(file, moved, given);
  const installer = new Installer(target, stateFolder(currentEnvironment()));
  const names = moved.map(({ from }) => from[0]!.name);
  const { changed, backup } = await installer.install(entry, names);
  if (given.values['json']) {
    const stays = staying.map(each => ({ name: each.name, because: stateOf(each) }));
    const variables = Object.fromEntries(taken.variables);
    printJson({ client: client.id, file: target.path, changed, backup, moved: names, stays, variables });
    return exitCodes.ok;
  }
  print(changed ? `put ${ourName} into ${target.path}` : `nothing to change: ${target.path}`);
  if (names.length > 0) print(`moved behind MCPX: ${names.join(', ')} (${file})`);
  for (const each of staying) print(`stays with ${client.title}: ${each.name} (${stateOf(each)})`);
  for (const line of toSet(taken.variables)) print(line);
  print(`Start ${client.title} anew. To undo all of this there: mcpx uninstall ${client.id}`);
  return exitCodes.ok;
}

async function clientOf(given: Given): Promise<Client> {
  const [id] = given.words;
  if (id !== undefined) return clientNamed(id);
  const able = clients.filter(({ write }) => write !== undefined);
  if (canAsk(given)) {
    const choices = able.map(each => ({ value: each.id, label: each.title }));
    return clientNamed(await pickOne('Which client is to use MCPX?', choices));
  }
  const help = `Clients: ${able.map(each => each.id).join(', ')}.`;
  throw new McpxError('USAGE', 'install needs the name of a client.', { help });
}

/** What else stands where MCPX is put. */
async function othersOf({ client, path }: ClientFile, file: string): Promise<Candidate[]> {
  const place = currentPlace();
  const own = filesOf(client, place).find(each => each.path === path)!;
  const alone: Client = {
    ...client,
    sections: [client.sections[0]!],
    user: () => (own.folder === undefined ? [path] : []),
    project: own.folder === undefined ? undefined : () => path,
  };
  const { found, problems } = await findServers(place, [alone]);
  if (problems.length > 0) throw new McpxError('CONFIG_INVALID', problems.join('\n'));
  return candidatesOf(found, await configured(file));
}

/** Throws CALL_CANCELLED where the person does not agree, and USAGE where nobody can be asked but should be. */
async function agreed(
  given: Given,
  { path }: ClientFile,
  entry: Record<string, unknown>,
  moved: Candidate[],
  staying: Candidate[],
): Promise<void> {
  if (!canAsk(given)) {
    if (moved.length === 0) return;
    throw new McpxError('USAGE', '--move switches the servers on that it moves.', {
      help: 'Say --yes as well.',
    });
  }
  print(`${path} gets: ${JSON.stringify(maskedSettings(entry))}`);
  for (const each of moved) print(`moves behind MCPX: ${each.name}  ${reached(each)}`);
  for (const each of staying) print(`stays: ${each.name} (${stateOf(each)})`);
  if (!(await confirmed('Do this?', true))) throw new McpxError('CALL_CANCELLED', 'nothing was changed.');
}
