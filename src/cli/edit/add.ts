import { withServer } from '../../config/change.ts';
import { isWebAddress } from '../../config/values.ts';
import { McpxError } from '../../errors.ts';
import type { Given } from '../command.ts';
import { list, text } from '../options.ts';
import { editableFile } from '../setup.ts';
import { edited } from './edited.ts';

/** `mcpx add NAME URL` and `mcpx add NAME -- COMMAND [ARG]…` */
export async function run(given: Given): Promise<number> {
  const [name, ...reached] = given.words;
  if (name === undefined || reached.length === 0) {
    throw new McpxError('USAGE', 'add needs a name, and an address or a command.', { help: usage });
  }
  const entry = entryOf(reached, given);
  const replace = given.values['replace'] === true;
  return edited(editableFile(given), `added ${JSON.stringify(name)}`, given, text =>
    withServer(text, name, entry, replace),
  );
}

const usage =
  'Such as: mcpx add docs https://example.com/mcp, or: mcpx add files -- npx -y @modelcontextprotocol/server-filesystem .';

function entryOf(reached: string[], given: Given): Record<string, unknown> {
  const [first, ...rest] = reached;
  const isAddress = rest.length === 0 && (isWebAddress(first!) || /^\$\{[^}]+\}$/.test(first!));
  const env = pairs(list(given, 'env'), '=', '--env NAME=VALUE');
  const headers = pairs(list(given, 'header'), ':', '--header "NAME: VALUE"');
  const [wrong] = isAddress
    ? Object.keys(env).map(() => '--env')
    : Object.keys(headers).map(() => '--header');
  if (wrong)
    throw new McpxError('USAGE', `${wrong} is of no use to ${isAddress ? 'an address' : 'a command'}.`);
  return {
    ...(text(given, 'type') !== undefined && { type: text(given, 'type') }),
    ...(isAddress ? { url: first } : { command: first, ...(rest.length > 0 && { args: rest }) }),
    ...(Object.keys(env).length > 0 && { env }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(text(given, 'cwd') !== undefined && { cwd: text(given, 'cwd') }),
    ...(text(given, 'isolation') !== undefined && { isolation: text(given, 'isolation') }),
    ...(given.values['disabled'] === true && { enabled: false }),
  };
}

/** `NAME=VALUE` each, as a record. */
function pairs(given: string[], separator: string, form: string): Record<string, string> {
  const read = given.map(pair => {
    const at = pair.indexOf(separator);
    if (at < 1) throw new McpxError('USAGE', `expected ${form}, not ${JSON.stringify(pair)}.`);
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const;
  });
  return Object.fromEntries(read);
}
