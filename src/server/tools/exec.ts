import { showsApps } from '../../call/kinds.ts';
import { compileSelect } from '../../call/select.ts';
import { addressOf } from '../../catalog/exposed.ts';
import { interfaceOf } from '../../catalog/interface-of.ts';
import type { Found } from '../../catalog/names.ts';
import { isObject } from '../../json.ts';
import type { CallContext, JsonObject, RawResponse } from '../../types.ts';
import type { View } from '../../view.ts';
import { rpcErrorResult } from '../results.ts';
import { downOr } from './down.ts';
import { readExecInput } from './exec-input.ts';
import { findTool } from './find-tool.ts';
import { mustFit } from './fit.ts';
import { frugal } from './frugal.ts';
import { spentOnCall } from './spent.ts';

/** Runs one upstream tool; `meta` is the request's own `_meta`, which goes along. Its result is what the model is given of it. */
export async function exec(
  gateway: View,
  input: JsonObject,
  context: CallContext,
  meta?: JsonObject,
): Promise<JsonObject> {
  const asked = readExecInput(input);
  const finding = findTool(gateway, asked, context);
  const found = finding instanceof Promise ? await finding : finding;
  const fitting = mustFit(gateway, found, asked.arguments);
  if (fitting !== undefined) await fitting;
  const pick = asked.select === undefined ? undefined : await compileSelect(asked.select);
  const { server, tool } = found;
  const params: JsonObject = { name: tool.name, arguments: asked.arguments };
  if (meta !== undefined) params['_meta'] = meta;
  if (context.resumed !== undefined) Object.assign(params, context.resumed);
  let response: RawResponse;
  try {
    response = await gateway.call({ server, method: 'tools/call', params, tool }, context);
  } catch (thrown) {
    return downOr(gateway, server, thrown);
  }
  if ('result' in response && response.result['resultType'] === 'input_required') return response.result;
  const result = resultOf(server, response, pick);
  if (context.verbatim === true) return result;
  if (result['isError'] !== true) void gateway.learned?.called(context, server, tool.name);
  const reducing = frugal(gateway, server, tool.name, result, context);
  const answer = reducing instanceof Promise ? await reducing : reducing;
  const called = { server, tool: tool.name, input: asked.arguments };
  spentOnCall(context, called, 'error' in response ? result : response.result, answer);
  return showsApps(context.capabilities) ? withInterface(gateway, found, answer) : answer;
}

/** Where the tool has an interface (MCP Apps), the client looks for it in vain in the description of `exec`. */
function withInterface(
  { snapshot, collisions }: View,
  { server, tool }: Found,
  result: JsonObject,
): JsonObject {
  const uri = interfaceOf(tool['_meta']);
  if (uri === undefined) return result;
  const resourceUri = addressOf(snapshot, collisions, server, uri);
  const { ui, ...meta } = isObject(result['_meta']) ? result['_meta'] : {};
  return { ...result, _meta: { ...meta, ui: { resourceUri, ...(isObject(ui) && ui) } } };
}

function resultOf(
  server: string,
  response: RawResponse,
  pick?: (result: JsonObject) => JsonObject,
): JsonObject {
  if ('error' in response) return rpcErrorResult(server, response.error);
  return pick === undefined || response.result['isError'] === true ? response.result : pick(response.result);
}
