/** Which commands a change of the configuration would run that the file did not run before. */
import { isDeepStrictEqual } from 'node:util';
import { serverSections } from '../config/check.ts';
import { type Document, nodeAt, parseDocument } from '../config/document.ts';
import { ownNames, withPythonKeys } from '../config/foreign.ts';
import { entries, plain } from '../config/plain.ts';
import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';

type Plain = Record<string, unknown>;

/** What decides what runs, and with what. */
const telling = ['command', 'args', 'env', 'envFile', 'cwd', 'inheritEnv'];

/** Throws COMMANDS_FORBIDDEN where `after` runs something that `before` does not, or would allow to. */
export function mustRunNothingNew(before: string, after: string): void {
  const [old, now] = [before, after].map(text => parseDocument('', text)) as [Document, Document];
  const known = commandsOf(old);
  for (const [name, command] of commandsOf(now)) {
    if (isDeepStrictEqual(known.get(name), command)) continue;
    throw new McpxError(
      'COMMANDS_FORBIDDEN',
      `server ${JSON.stringify(name)} runs a command, which may not be added or changed over the admin API here.`,
    );
  }
  const admin = (document: Document) => plain(nodeAt(document, ['gateway', 'admin']));
  if (isDeepStrictEqual(admin(old), admin(now))) return;
  throw new McpxError('COMMANDS_FORBIDDEN', 'gateway.admin may not be changed over the admin API here.');
}

/** What each server runs, by its name. Also of a text that has errors: nothing is taken for harmless. */
function commandsOf(document: Document): Map<string, Plain> {
  const root = plain(document.root);
  if (!isObject(root)) return new Map();
  const defaults = isObject(root['defaults']) ? withPythonKeys(root) : {};
  const servers = serverSections.flatMap(section => {
    const group = root[section];
    return isObject(group) ? entries(group) : [];
  });
  return new Map(
    servers.flatMap(([name, own]) => {
      if (!isObject(own) || own['command'] === undefined) return [];
      const whole: Plain = { ...defaults, ...ownNames(own) };
      return [[name, Object.fromEntries(telling.map(key => [key, whole[key]]))]];
    }),
  );
}
