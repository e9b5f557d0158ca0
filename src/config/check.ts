/** Everything that is wrong with, or worth saying about, a document before any reference is resolved. */
import type { Node } from 'jsonc-parser';
import type * as z from 'zod/mini';
import { nearest } from '../nearest.ts';
import { contradictions } from './connection.ts';
import {
  type Document,
  nodeAt,
  type Path,
  problemAt,
  problemWith,
  problemWithKey,
  properties,
} from './document.ts';
import { pythonAdvice } from './foreign.ts';
import { plain, unmarked } from './plain.ts';
import { configuration } from './schema.ts';
import { entrySchema, fields, notes } from './setting.ts';
import type { Problem } from './types.ts';
import { nameOf, sentence } from './words.ts';

/** Where servers may stand: ours and most clients' name, and that of VS Code. */
export const serverSections = ['mcpServers', 'servers'] as const;

/** Errors keep the configuration from being used; warnings do not. Syntax errors are among the former. */
export function check(document: Document): { errors: Problem[]; warnings: Problem[] } {
  if (!document.root) return { errors: document.errors, warnings: [] };
  const errors = [...document.errors, ...schemaErrors(document)];
  if (!document.broken) errors.push(...serverErrors(document));
  const warnings = [...keyWarnings(document, configuration, document.root, []), ...emptiness(document)];
  return { errors, warnings };
}

function schemaErrors(document: Document): Problem[] {
  const { error } = configuration.safeParse(plain(document.root));
  return (error?.issues ?? []).map(issue => {
    const path = issue.path.map(part => (typeof part === 'number' ? part : unmarked(String(part))));
    const message = sentence({ ...issue, path }, plain(nodeAt(document, path)));
    return issue.code === 'invalid_key'
      ? problemWithKey(document, path, message)
      : problemWith(document, path, message);
  });
}

function* serverErrors(document: Document): Generator<Problem> {
  const sectionOf = new Map<string, string>();
  for (const section of serverSections) {
    const servers = nodeAt(document, [section]);
    if (!servers) continue;
    for (const { key: name, value } of properties(servers)) {
      const path = [section, name];
      const earlier = sectionOf.get(name);
      if (earlier && earlier !== section) yield problemWithKey(document, path, inBoth(name));
      sectionOf.set(name, section);
      if (value.type !== 'object') continue;
      const found = contradictions(plain(value) as Record<string, unknown>);
      for (const message of found) yield problemWithKey(document, path, message);
    }
  }
}

function inBoth(name: string): string {
  return `server ${JSON.stringify(name)} stands in both mcpServers and servers; expected it once`;
}

/** Keys that nobody knows, and settings that have no effect yet, in `node` and all that is in it. */
function* keyWarnings(
  document: Document,
  schema: z.core.$ZodType,
  node: Node,
  path: Path,
): Generator<Problem> {
  const known = fields(schema);
  const entry = entrySchema(schema);
  for (const { key, value } of properties(node)) {
    const here = [...path, key];
    const field = known && Object.hasOwn(known, key) ? known[key] : entry;
    if (field) yield* keyWarnings(document, field, value, here);
    const message = field ? effectOf(field, here) : known && unknownKey(key, known);
    if (message) yield problemAt(document, value.parent!.offset, message);
  }
}

function unknownKey(key: string, known: Record<string, z.core.$ZodType>): string {
  const [meant] = nearest(key, Object.keys(known), 1);
  const ours = Object.keys(known).filter(name => !notes.get(known[name]!)?.foreign);
  const advice = meant === undefined ? `expected one of ${ours.join(', ')}` : `did you mean ${meant}?`;
  return `unknown key ${JSON.stringify(key)}, ignored; ${advice}`;
}

function effectOf(field: z.core.$ZodType, path: Path): string | undefined {
  if (notes.get(field)?.planned) return `${nameOf(path)} is accepted, but has no effect in this version`;
  return pythonAdvice(String(path.at(-1)));
}

function emptiness(document: Document): Problem[] {
  if (serverSections.some(section => nodeAt(document, [section]))) return [];
  return [problemWith(document, [], 'there are no servers; expected mcpServers')];
}
