import type { JsonObject, Tool } from '../types.ts';
import { address } from './address.ts';
import { type Detail, Layout } from './layout.ts';
import { parametersOf } from './parameters.ts';
import { Reader } from './reader.ts';
import { isObject } from './schema.ts';
import { visible } from './text.ts';

const everything: Detail = {
  depth: Number.POSITIVE_INFINITY,
  members: Number.POSITIVE_INFINITY,
  remarks: true,
  named: true,
  lines: true,
};
/** Characters of a declaration; a tool that needs more is shown as JSON. */
const maxLength = 100_000;

/**
 * A tool in full: a TypeScript declaration with a comment for each parameter, its description, and as one line of JSON
 * what neither of them says (annotations, `_meta`, constraints that TypeScript has no words for). Nothing is lost but what
 * `docs/signatures.md` lists. Where a bound is met, the JSON is the whole tool. Never throws.
 */
export function declaration(server: string, tool: Tool): string {
  const reader = new Reader(true);
  const layout = new Layout(everything, maxLength);
  const text = declared(server, tool, reader, layout);
  const description = typeof tool.description === 'string' ? visible(tool.description) : '';
  const whole = layout.full || !reader.complete;
  const rest = whole ? tool : restOf(tool, reader);
  const parts = [layout.full ? address(server, tool.name) : text, description, rest && jsonOf(rest)];
  return parts.filter(Boolean).join('\n\n');
}

function declared(server: string, tool: Tool, reader: Reader, layout: Layout): string {
  const { inputSchema, outputSchema } = tool;
  reader.root = inputSchema;
  const parameters = parametersOf(inputSchema, reader);
  const list = layout.inside(parameters);
  const taken = parameters.listed ? list : `arguments: {${list}}`;
  reader.root = outputSchema;
  const given = isObject(outputSchema) ? `: ${layout.type(reader.read(outputSchema)).text}` : '';
  return [`${address(server, tool.name)}(${taken})${given}`, ...layout.declarations()].join('\n');
}

/** What a tool says beside its declaration and description; undefined for nothing. */
function restOf(tool: Tool, reader: Reader): JsonObject | undefined {
  const { name: _name, description: _description, inputSchema, outputSchema, ...rest } = tool;
  const input = reader.said?.rest(inputSchema);
  const output = isObject(outputSchema) ? reader.said?.rest(outputSchema) : outputSchema;
  const left = {
    ...rest,
    ...(input !== undefined && { inputSchema: input }),
    ...(output !== undefined && { outputSchema: output }),
  };
  return Object.keys(left).length > 0 ? left : undefined;
}

function jsonOf(value: JsonObject): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'There is more to it, nested too deep to be shown.';
  }
}
