import { type Problem as ArgumentProblem, argumentChecker } from '../../call/arguments.ts';
import { compileSelect } from '../../call/select.ts';
import { candidates, type Found, type Named, resolve } from '../../catalog/names.ts';
import { address } from '../../compress/address.ts';
import { signature } from '../../compress/signature.ts';
import { McpxError } from '../../errors.ts';
import type { Gateway } from '../../gateway.ts';
import { isObject } from '../../json.ts';
import type { CallContext, JsonObject, Tool } from '../../types.ts';
import { rpcErrorResult } from '../results.ts';
import { downOr } from './down.ts';
import { waitForListings } from './waiting.ts';

interface ExecInput extends Named {
  arguments: JsonObject;
  select?: string;
}

/** Runs one upstream tool; `meta` is the request's own `_meta`, which goes along. */
export async function exec(
  gateway: Gateway,
  input: JsonObject,
  context: CallContext,
  meta?: JsonObject,
): Promise<JsonObject> {
  const asked = readInput(input);
  const found = quickly(gateway, asked) ?? (await patiently(gateway, asked));
  await checkArguments(gateway, found, asked.arguments);
  const pick = asked.select === undefined ? undefined : await compileSelect(asked.select);
  const { server, tool } = found;
  const params: JsonObject = { name: tool.name, arguments: asked.arguments };
  if (meta !== undefined) params['_meta'] = meta;
  const response = await gateway
    .call({ server, method: 'tools/call', params, tool }, context)
    .catch(thrown => downOr(gateway, server, thrown));
  if ('error' in response) return rpcErrorResult(server, response.error);
  return pick === undefined || response.result['isError'] === true ? response.result : pick(response.result);
}

function readInput(input: JsonObject): ExecInput {
  const { tool, server, arguments: given, select, ...rest } = input;
  if (typeof tool !== 'string' || tool === '') {
    const help =
      'Such as exec({ tool: "server.tool", arguments: { … } }); find tools with inspect({ query: [...] }).';
    throw new McpxError('BAD_ARGUMENTS', 'exec needs `tool`, the name of the tool to run.', { help });
  }
  if (server !== undefined && typeof server !== 'string') throw notText('server');
  if (select !== undefined && typeof select !== 'string') throw notText('select');
  if (Object.keys(rest).length > 0) throw misplaced(input, rest);
  return { tool, server, arguments: readArguments(given), select };
}

function notText(name: string): McpxError {
  return new McpxError('BAD_ARGUMENTS', `exec: \`${name}\` must be a string.`);
}

/** Arguments of the tool that stand beside `arguments`: the answer shows where they belong. */
function misplaced({ tool, server, arguments: given, select }: JsonObject, rest: JsonObject): McpxError {
  const inner = isObject(given) ? { ...given, ...rest } : rest;
  const corrected = JSON.stringify({ tool, server, arguments: inner, select });
  const names = Object.keys(rest)
    .slice(0, 10)
    .map(name => `\`${name.slice(0, 100)}\``);
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
      parsed = JSON.parse(given === '' ? '{}' : given);
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

/** The common case without looking at every server: `server.tool`, the longest server name first. */
function quickly(gateway: Gateway, { tool, server }: Named): Found | undefined {
  const { servers } = gateway.snapshot;
  if (server !== undefined) {
    const known = servers.get(server)?.tools.get(tool);
    return known && { server, tool: known };
  }
  for (let dot = tool.lastIndexOf('.'); dot > 0; dot = tool.lastIndexOf('.', dot - 1)) {
    const name = tool.slice(0, dot);
    const known = servers.get(name)?.tools.get(tool.slice(dot + 1));
    if (known !== undefined) return { server: name, tool: known };
  }
  return undefined;
}

/** Waits for those who could decide: for a server that is named its whole connect deadline, for the others two seconds. */
async function patiently(gateway: Gateway, named: Named): Promise<Found> {
  try {
    return resolve(gateway.snapshot, named);
  } catch (thrown) {
    if (!(thrown instanceof McpxError) || thrown.code !== 'UNKNOWN_TOOL') throw thrown;
  }
  const [meant] = candidates(gateway.snapshot, named);
  const addressed = meant !== undefined && (named.server !== undefined || meant.tool !== named.tool);
  if (addressed && !gateway.snapshot.servers.get(meant.server)?.fresh) {
    const { connectTimeoutMs } = gateway.config.servers.find(({ name }) => name === meant.server)!;
    await gateway.listed(meant.server, connectTimeoutMs);
    if (gateway.snapshot.servers.get(meant.server)?.listing === undefined) {
      return downOr(
        gateway,
        meant.server,
        new McpxError('UPSTREAM_UNAVAILABLE', 'it has not listed its tools'),
      );
    }
  }
  const unlisted = addressed ? [] : await waitForListings(gateway);
  return resolve(gateway.snapshot, named, unlisted);
}

/** Throws BAD_ARGUMENTS with what is wrong and the signature. */
async function checkArguments(gateway: Gateway, { server, tool }: Found, args: JsonObject): Promise<void> {
  const problems = await problemsOf(tool, args);
  if (problems === undefined) return;
  const current = gateway.snapshot.servers.get(server);
  if (current?.fresh === false) {
    // the schema is that of an earlier run: only the server's own word counts against a caller
    await gateway.listed(server, 2_000);
    const now = gateway.snapshot.servers.get(server)?.tools.get(tool.name);
    if (now !== undefined && now !== tool) return checkArguments(gateway, { server, tool: now }, args);
  }
  const what = problems.map(({ path, message }) => `- ${path}: ${message}`).join('\n');
  const message = `the arguments do not fit ${address(server, tool.name)}:\n${what}`;
  throw new McpxError('BAD_ARGUMENTS', message, { help: `Signature: ${signature(server, tool)}` });
}

async function problemsOf(tool: Tool, args: JsonObject): Promise<ArgumentProblem[] | undefined> {
  const checker = argumentChecker(tool.inputSchema);
  const checked = (checker instanceof Promise ? await checker : checker)(args);
  return checked.ok ? undefined : checked.problems;
}
