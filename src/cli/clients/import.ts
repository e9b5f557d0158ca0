import { type Candidate, candidatesOf } from '../../clients/candidates.ts';
import { findServers } from '../../clients/find.ts';
import { clientNamed, clients } from '../../clients/table.ts';
import { McpxError } from '../../errors.ts';
import { counted } from '../../words.ts';
import type { Given } from '../command.ts';
import { edited } from '../edit/edited.ts';
import { exitCodes } from '../exit-codes.ts';
import { list } from '../options.ts';
import { print, printError, printJson } from '../print.ts';
import { editableFile } from '../setup.ts';
import { canAsk, confirmed, pickMany } from './ask.ts';
import { currentPlace } from './place.ts';
import { candidateJson, reached, shownCandidates, stateOf, whence } from './shown.ts';
import { configured, takenOver, toSet, withTakenOver } from './take-over.ts';

/** `mcpx import [NAME…]`: shows what other clients have, and takes over what is picked. */
export async function run(given: Given): Promise<number> {
  const file = editableFile(given);
  const from = list(given, 'from').map(clientNamed);
  const { found, problems } = await findServers(currentPlace(), from.length > 0 ? from : clients);
  const candidates = candidatesOf(found, await configured(file));
  for (const problem of problems) printError(`warning: ${problem}`);
  const asks = given.words.length === 0 && given.values['all'] !== true;
  if (asks && given.values['json']) {
    printJson({ file, servers: candidates.map(candidateJson), problems });
    return exitCodes.ok;
  }
  if (candidates.length === 0) {
    print(
      `no servers were found with ${(from.length > 0 ? from : clients).map(({ title }) => title).join(', ')}`,
    );
    return exitCodes.ok;
  }
  if (asks && !canAsk(given)) {
    print(shownCandidates(candidates));
    print('\nName those to take over, or say --all.');
    return exitCodes.ok;
  }
  return take(asks ? await asked(candidates) : picked(candidates, given), asks, file, given);
}

async function take(wanted: Candidate[], asks: boolean, file: string, given: Given): Promise<number> {
  if (wanted.length === 0) {
    print('nothing to take over');
    return exitCodes.ok;
  }
  const enabled = given.values['yes'] === true || (asks && (await confirmed(question(wanted))));
  const secretsToEnv = given.values['secrets-to-env'] === true;
  const { entries, variables } = takenOver(wanted, { enabled, secretsToEnv });
  const replace = asks || given.values['replace'] === true;
  const names = [...entries.keys()];
  const what = `took over ${names.join(', ')}${enabled ? '' : ', switched off'}`;
  const code = await edited(file, what, given, text => withTakenOver(text, entries, replace), {
    imported: names,
    enabled,
    variables: Object.fromEntries(variables),
  });
  if (given.values['json']) return code;
  for (const line of toSet(variables)) print(line);
  if (!enabled) print(`Switch them on with: mcpx enable ${names.map(quoted).join(' ')}`);
  return code;
}

/** What `given` names, or all that are not configured yet. Throws UNKNOWN_SERVER, SERVER_EXISTS. */
function picked(candidates: Candidate[], { words, values }: Given): Candidate[] {
  const replace = values['replace'] === true;
  const usable = (each: Candidate) => each.state === 'new' || (replace && each.state === 'different');
  if (values['all'] === true) return candidates.filter(usable);
  return words.map(name => {
    const candidate = candidates.find(each => each.name === name);
    if (candidate === undefined) {
      const help = `Found: ${candidates.map(each => each.name).join(', ')}.`;
      throw new McpxError('UNKNOWN_SERVER', `no client has a server ${JSON.stringify(name)}.`, { help });
    }
    if (usable(candidate)) return candidate;
    const code = candidate.state === 'unusable' ? 'CONFIG_INVALID' : 'SERVER_EXISTS';
    throw new McpxError(code, `${JSON.stringify(name)} cannot be taken over: ${stateOf(candidate)}.`);
  });
}

async function asked(candidates: Candidate[]): Promise<Candidate[]> {
  const open = candidates.filter(({ state }) => state === 'new' || state === 'different');
  const rest = candidates.filter(each => !open.includes(each));
  if (rest.length > 0) print(shownCandidates(rest));
  if (open.length === 0) return [];
  const choices = open.map(each => ({
    value: each.name,
    label: `${each.name}  ${reached(each)}`,
    hint: [stateOf(each), whence(each), ...each.notes].join('; '),
  }));
  const initial = open.filter(({ state }) => state === 'new').map(({ name }) => name);
  const names = await pickMany('Which servers should MCPX take over?', choices, initial);
  return open.filter(({ name }) => names.includes(name));
}

function question(wanted: Candidate[]): string {
  const commands = wanted.filter(({ entry }) => entry['command'] !== undefined);
  return `Switch ${wanted.length === 1 ? 'it' : 'them'} on now? ${counted(commands.length, 'command')} will run.`;
}

function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}
