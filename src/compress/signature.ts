import type { Tool } from '../types.ts';
import { address } from './address.ts';
import { type Detail, Layout } from './layout.ts';
import { type Parameters, parametersOf } from './parameters.ts';
import { Reader } from './reader.ts';
import { isObject } from './schema.ts';
import type { Member, Shape } from './shape.ts';
import { describe } from './text.ts';

export interface SignatureOptions {
  /** Characters of the whole line; 600 when left out. Exceeded only where the names alone are longer. */
  maxLength?: number;
  /** Whether the type of the result is shown; true when left out. */
  result?: boolean;
}

/** From everything to the least: the first that makes the line short enough is taken. */
const details: Detail[] = [
  { depth: 8, members: 20, remarks: true, named: true, lines: false },
  { depth: 2, members: 20, remarks: true, named: false, lines: false },
  { depth: 2, members: 12, remarks: false, named: false, lines: false },
  { depth: 1, members: 8, remarks: false, named: false, lines: false },
  { depth: 0, members: 5, remarks: false, named: false, lines: false },
];

/** Of a result, what `select` can pick from first. */
const resultDetail: Detail = { depth: 2, members: 5, remarks: false, named: false, lines: false };
const resultLength = 100;
const descriptionLength = 160;

/**
 * A tool as one line of TypeScript: `github.create_issue(owner: string, title: string, body?: string): {number: number}`.
 * Parameters whose names are no identifiers, and choices between objects, are shown as one: `arguments: {"x-y": string}`.
 * Never throws, whatever the schema is; a line that grows too long loses its result, nested types, comments, enum
 * values, then parameters, optional ones first, and says so in a comment.
 */
export function signature(server: string, tool: Tool, options: SignatureOptions = {}): string {
  const name = address(server, tool.name);
  const room = (options.maxLength ?? 600) - name.length - '()'.length;
  const reader = new Reader(false);
  reader.root = tool.inputSchema;
  const parameters = parametersOf(tool.inputSchema, reader);
  for (const detail of details) {
    const layout = new Layout(detail, room);
    const list = listOf(parameters, layout);
    const declarations = layout
      .declarations()
      .map(text => `; ${text}`)
      .join('');
    const length = list.length + declarations.length;
    if (layout.full || length > room) continue;
    const result = options.result === false ? '' : resultOf(tool, room - length);
    return `${name}(${list})${result}${declarations}`;
  }
  return `${name}(${fitting(parameters, room)})`;
}

/** A signature and what the tool is for: the line that `inspect` shows. */
export function entry(server: string, tool: Tool, options: SignatureOptions = {}): string {
  return signature(server, tool, options) + about(tool);
}

/** What a tool is for, as it follows a signature: ` — Reads a file.`, or nothing. */
export function about(tool: Tool): string {
  const text = describe(tool.description, descriptionLength) || describe(tool['title'], descriptionLength);
  return text && ` — ${text}`;
}

function listOf(parameters: Parameters, layout: Layout): string {
  const list = layout.inside(parameters);
  return parameters.listed ? list : `arguments: {${list}}`;
}

/** `: {id: string}`, as deep as there is room for; nothing where not even its outermost names fit. */
function resultOf(tool: Tool, room: number): string {
  const { outputSchema } = tool;
  if (!isObject(outputSchema)) return '';
  const reader = new Reader(false);
  reader.root = outputSchema;
  const shape = reader.read(outputSchema);
  for (const depth of [2, 1]) {
    const text = resultText(shape, depth, Math.min(room, resultLength));
    if (text !== undefined) return text;
  }
  return '';
}

function resultText(shape: Shape, depth: number, room: number): string | undefined {
  const layout = new Layout({ ...resultDetail, depth }, room);
  const text = `: ${layout.type(shape).text}`;
  return layout.full || text.length > room ? undefined : text;
}

/** As many parameters as fit, in their order: what is needed comes first. */
function fitting(parameters: Parameters, room: number): string {
  const { members, listed } = parameters;
  const byNeed = [
    ...members.filter(({ required }) => required),
    ...members.filter(({ required }) => !required),
  ];
  const kept = new Set<Member>();
  let left =
    room - (listed ? '' : 'arguments: {}').length - `/* ${parameters.more + members.length} more */`.length;
  for (const member of byNeed) {
    const layout = new Layout(details.at(-1)!, left);
    left -= layout.inside({ members: [member], more: 0 }).length + ', '.length;
    if (left < 0 || layout.full) break;
    kept.add(member);
  }
  const shown = members.filter(member => kept.has(member));
  const more = parameters.more + members.length - shown.length;
  const layout = new Layout(details.at(-1)!, Number.POSITIVE_INFINITY);
  return listOf({ members: shown, more, listed }, layout);
}
