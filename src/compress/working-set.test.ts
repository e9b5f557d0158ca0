// Signatures and declarations of real tools: TypeScript reads them, and nothing that a model needs is missing.
import { describe, expect, test } from 'vitest';
import { listings } from '../../test/fixtures/listings.ts';
import type { JsonObject, Tool } from '../types.ts';
import { declaration } from './declaration.ts';
import { isObject, requiredNames, resolveRef } from './schema.ts';
import { signature } from './signature.ts';
import { visible } from './text.ts';
import { complaints, readBack, statementOf } from './typescript.fixture.ts';

describe.each(listings())('$server', ({ server, tools }) => {
  test.each([80, 200, 400, 600, 10_000])('signatures of %d characters parse', maxLength => {
    const statements = tools.map(tool => statementOf(signature(server, tool, { maxLength }), server, tool));
    expect(complaints(statements.join(';\n'))).toEqual([]);
  });

  test('declarations parse', () => {
    const statements = tools.map(tool => statementOf(declaration(server, tool), server, tool));
    expect(complaints(statements.join(';\n'))).toEqual([]);
  });

  test('parameters have their names and are as optional as the schema says', () => {
    for (const tool of tools) {
      const skeleton = readBack(statementOf(declaration(server, tool), server, tool));
      const { properties } = tool.inputSchema;
      const required = requiredNames(tool.inputSchema);
      const names = isObject(properties) ? Object.keys(properties) : [];
      const shown = isObject(skeleton) && 'members' in skeleton ? skeleton.members : [];
      expect(shown.map(([name, optional]) => [name, optional])).toEqual(
        names.map(name => [name, !required.has(name)]),
      );
    }
  });

  test('a declaration has every description, default, enum value and annotation', () => {
    for (const tool of tools) {
      const text = plain(declaration(server, tool));
      for (const part of partsOf(tool)) expect(text).toContain(plain(part));
    }
  });
});

/** What lies in a tool: descriptions, defaults and enum values as a declaration or JSON writes them, and all of its annotations. */
function* partsOf(tool: Tool): Generator<string> {
  for (const part of [...partsIn(tool.inputSchema), ...partsIn(tool['outputSchema'])]) {
    const { description, enum: values, default: preset } = part;
    if (typeof description === 'string') yield visible(description);
    if (typeof preset !== 'object' && preset !== undefined) yield JSON.stringify(preset);
    if (Array.isArray(values)) for (const value of values) yield JSON.stringify(value);
  }
  yield visible(tool.description ?? '');
  if (tool['annotations'] !== undefined) yield `"annotations":${JSON.stringify(tool['annotations'])}`;
}

/** Every object in a schema, without the definitions that it does not refer to. */
function partsIn(root: unknown): Set<JsonObject> {
  const parts = new Set<JsonObject>();
  const pending = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) pending.push(...value);
    if (!isObject(value) || parts.has(value)) continue;
    parts.add(value);
    const { $defs: _, definitions: __, ...inner } = value;
    pending.push(...Object.values(inner), resolveRef(root, value['$ref']));
  }
  return parts;
}

/** Without spaces and comment signs, which depend on where a text stands. */
function plain(text: string): string {
  return text.replace(/\/\/ ?|\*\s?\/|\s+/g, '');
}
