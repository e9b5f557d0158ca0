import type { Tool } from '../types.ts';
import { address } from './address.ts';
import { type Parameter, parametersOf } from './parameters.ts';
import { describe } from './text.ts';
import type { Detail } from './types.ts';

export interface SignatureOptions {
  /** Characters of the whole line; 600 when left out. Exceeded only where the names alone are longer. */
  maxLength?: number;
}

/** From everything to the least: the first that makes the line short enough is taken. */
const details: Detail[] = [
  { depth: 8, members: 20 },
  { depth: 2, members: 12 },
  { depth: 1, members: 8 },
  { depth: 0, members: 5 },
];

const descriptionLength = 160;

/**
 * A tool as one TypeScript-like line: `github.create_issue(owner: string, title: string, body?: string)`.
 * Never throws, whatever the schema is; a line that grows too long loses nested types, then enum values, then
 * parameters, optional ones first, and says so with `…`.
 */
export function signature(server: string, tool: Tool, options: SignatureOptions = {}): string {
  const name = address(server, tool.name);
  const room = (options.maxLength ?? 600) - name.length - '()'.length;
  let parameters: Parameter[] = [];
  for (const detail of details) {
    parameters = parametersOf(tool.inputSchema, detail);
    const line = parameters.map(parameter => parameter.text).join(', ');
    if (line.length <= room) return `${name}(${line})`;
  }
  return `${name}(${fitting(parameters, room - '…'.length)})`;
}

/** A signature and what the tool is for: the line that `inspect` shows. */
export function entry(server: string, tool: Tool, options: SignatureOptions = {}): string {
  const text = describe(tool.description, descriptionLength) || describe(tool['title'], descriptionLength);
  return text ? `${signature(server, tool, options)} — ${text}` : signature(server, tool, options);
}

function fitting(parameters: Parameter[], room: number): string {
  const byNeed = [
    ...parameters.filter(({ required }) => required),
    ...parameters.filter(({ required }) => !required),
  ];
  const kept = new Set<Parameter>();
  let left = room;
  for (const parameter of byNeed) {
    left -= parameter.text.length + ', '.length;
    if (left < 0) break;
    kept.add(parameter);
  }
  return [...parameters.filter(parameter => kept.has(parameter)).map(parameter => parameter.text), '…'].join(
    ', ',
  );
}
