import type { Named } from '../../catalog/names.ts';
import { McpxError } from '../../errors.ts';
import { parseJson } from '../../exact.ts';
import { isObject } from '../../json.ts';
import type { JsonObject } from '../../types.ts';

/** What `exec` was asked, in its plain form. */
export interface ExecInput extends Named {
  arguments: JsonObject;
  select?: string;
}

const known: ReadonlySet<string> = new Set(['tool', 'server', 'arguments', 'select']);

/** Reads what a model sent. Throws BAD_ARGUMENTS with what would have been right. */
export function readExecInput(input: JsonObject): ExecInput {
  const { tool, server, select } = input;
  if (typeof tool !== 'string' || tool === '') {
    const help =
      'Such as exec({ tool: "server.tool", arguments: { … } }); find tools with inspect({ query: [...] }).';
    throw new McpxError('BAD_ARGUMENTS', 'exec needs `tool`, the name of the tool to run.', { help });
  }
  if (server !== undefined && typeof server !== 'string') throw notText('server');
  if (select !== undefined && typeof select !== 'string') throw notText('select');
  for (const key in input) if (!known.has(key)) throw misplaced(input);
  return { tool, server, arguments: readArguments(input['arguments']), select };
}

function notText(name: string): McpxError {
  return new McpxError('BAD_ARGUMENTS', `exec: \`${name}\` must be a string.`);
}

/** Arguments of the tool that stand beside `arguments`: the answer shows where they belong. */
function misplaced(input: JsonObject): McpxError {
  const stray = Object.keys(input).filter(key => !known.has(key));
  const { tool, server, arguments: given, select } = input;
  const rest = Object.fromEntries(stray.map(key => [key, input[key]]));
  const inner = isObject(given) ? { ...given, ...rest } : rest;
  const corrected = JSON.stringify({ tool, server, arguments: inner, select });
  const names = stray.slice(0, 10).map(name => `\`${name.slice(0, 100)}\``);
  const help = `Call exec(${corrected.length > 2_000 ? `${corrected.slice(0, 2_000)}…` : corrected})`;
  return new McpxError('BAD_ARGUMENTS', `exec: ${names.join(', ')} must stand inside \`arguments\`.`, {
    help,
  });
}

/** An object, or one as JSON text; left out, it is `{}`. */
function readArguments(given: unknown): JsonObject {
  if (given === undefined || given === null) return {};
  if (isObject(given)) return given;
  let parsed: unknown;
  if (typeof given === 'string') {
    try {
      parsed = parseJson(given === '' ? '{}' : given);
    } catch {
      // told below
    }
  }
  if (isObject(parsed)) return parsed;
  const help = 'Such as exec({ tool: "server.tool", arguments: { "name": "value" } }).';
  throw new McpxError('BAD_ARGUMENTS', 'exec: `arguments` must be an object, or an object as JSON text.', {
    help,
  });
}
