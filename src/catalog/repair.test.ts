import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repairPrompts, repairResources, repairTemplates, repairTools } from './repair.ts';

const inputSchema = { type: 'object' };

test('what is right is not touched', () => {
  const items = [
    { name: 'a', inputSchema, description: 'A', 'x-unknown': [1] },
    { name: 'b', inputSchema: { type: 'object', properties: { a: true } }, title: 7 },
  ];
  const { tools, warnings } = repairTools(items);
  expect(tools[0]).toBe(items[0]);
  expect(tools[1]).toBe(items[1]);
  expect(warnings).toEqual([]);
});

test('names of any kind are kept', () => {
  const names = ['__proto__', 'constructor', 'a.b', 'a b', '🦊', 'x'.repeat(300), 'x'.repeat(1000), '\n'];
  const { tools, warnings } = repairTools(names.map(name => ({ name, inputSchema })));
  expect(tools.map(tool => tool.name)).toEqual(names);
  expect(warnings).toEqual([]);
});

test.each([undefined, null, true, false, 'object', [], 7])(
  'an inputSchema of %j lets anything through',
  schema => {
    const { tools, warnings } = repairTools([{ name: 'a', inputSchema: schema, z: 1 }]);
    expect(tools).toEqual([{ name: 'a', inputSchema: { type: 'object' }, z: 1 }]);
    expect(warnings).toEqual(['Tool "a" has no inputSchema; any arguments are let through.']);
  },
);

test('an inputSchema without a type gets one, in a copy that is otherwise the same', () => {
  const item = {
    name: 'a',
    inputSchema: { $defs: {}, properties: { a: {} }, 'x-y': 1, required: ['a'] },
    last: 1,
  };
  const before = structuredClone(item);
  const { tools, warnings } = repairTools([item]);
  expect(item).toEqual(before);
  expect(tools[0]).toEqual({ ...item, inputSchema: { ...item.inputSchema, type: 'object' } });
  expect(Object.keys(tools[0]!)).toEqual(['name', 'inputSchema', 'last']);
  expect(Object.keys(tools[0]!.inputSchema)).toEqual(['$defs', 'properties', 'x-y', 'required', 'type']);
  expect(warnings).toEqual([
    'Tool "a" has an inputSchema whose type is not object; that is what it is taken for.',
  ]);
});

test('a type other than object is replaced where it stands', () => {
  const { tools } = repairTools([{ name: 'a', inputSchema: { type: ['object', 'null'], properties: {} } }]);
  expect(JSON.stringify(tools[0]!.inputSchema)).toBe('{"type":"object","properties":{}}');
});

test('a member called __proto__ stays an ordinary member', () => {
  const item = JSON.parse('{"name":"a","__proto__":{"x":1},"inputSchema":{"__proto__":1}}');
  const [tool] = repairTools([item]).tools;
  expect(JSON.stringify(tool)).toBe(
    '{"name":"a","__proto__":{"x":1},"inputSchema":{"__proto__":1,"type":"object"}}',
  );
});

test('items that cannot be used are dropped, and only these', () => {
  const items = [
    null,
    7,
    'a',
    [],
    {},
    { name: 7 },
    { name: '' },
    { name: 'x'.repeat(1001) },
    { name: 'ok', inputSchema },
  ];
  const { tools, warnings } = repairTools(items);
  expect(tools).toEqual([items.at(-1)]);
  expect(warnings).toEqual([
    ...[1, 2, 3, 4].map(n => `Tool ${n} is no object and is dropped.`),
    ...[5, 6, 7].map(n => `Tool ${n} has no name and is dropped.`),
    `Tool "${'x'.repeat(80)}…" has a name of over 1000 characters and is dropped.`,
  ]);
});

test('of two with one name the first is kept', () => {
  const items = [1, 2].map(version => ({ name: 'a', inputSchema, version }));
  expect(repairTools(items)).toEqual({
    tools: [items[0]],
    warnings: ['Tool "a" is listed twice; the first is kept.'],
  });
});

test('a description that is no text is left out', () => {
  const { tools, warnings } = repairTools([{ name: 'a', description: { text: 'A' }, inputSchema }]);
  expect(tools).toEqual([{ name: 'a', inputSchema }]);
  expect(warnings).toEqual(['Tool "a" has a description that is no text; it is left out.']);
});

test('names in warnings cannot do anything but be read', () => {
  const { warnings } = repairTools([{ name: 'a\u202eb\n\u001b[31m' }]);
  expect(warnings[0]).toMatch(/^Tool "a�b\\n\\u001b\[31m" has no inputSchema/);
});

test('at most 10,000 tools are kept, and 50 warnings given', () => {
  const many = repairTools(Array.from({ length: 10_003 }, (_, i) => ({ name: `t${i}`, inputSchema })));
  expect(many.tools).toHaveLength(10_000);
  expect(many.warnings).toEqual(['Only 10000 tools are kept; the last 3 are dropped.']);
  const bad = repairTools(Array.from({ length: 60 }, () => null));
  expect(bad.warnings).toHaveLength(51);
  expect(bad.warnings.at(-1)).toBe('And 10 more.');
});

test('resources and templates are told apart by address, and named by it if need be', () => {
  const named = { uri: 'file:///a', name: 'A' };
  const { resources, warnings } = repairResources([
    named,
    { uri: 'file:///b' },
    { name: 'C' },
    { ...named, name: 'D' },
  ]);
  expect(resources).toEqual([named, { uri: 'file:///b', name: 'file:///b' }]);
  expect(resources[0]).toBe(named);
  expect(warnings).toEqual([
    'Resource 3 has no uri and is dropped.',
    'Resource "file:///a" is listed twice; the first is kept.',
  ]);
  const template = { uriTemplate: 'file:///{path}' };
  expect(repairTemplates([template, {}])).toEqual({
    templates: [{ ...template, name: template.uriTemplate }],
    warnings: ['Template 2 has no uriTemplate and is dropped.'],
  });
});

test('prompts need a name', () => {
  expect(repairPrompts([{ name: 'a', arguments: 7, description: null }, {}])).toEqual({
    prompts: [{ name: 'a', arguments: 7 }],
    warnings: [
      'Prompt "a" has a description that is no text; it is left out.',
      'Prompt 2 has no name and is dropped.',
    ],
  });
});

test('anything at all leaves usable tools with distinct names, and repairing twice changes nothing', () => {
  const item = fc.oneof(
    fc.anything(),
    fc.record({ name: fc.oneof(fc.string({ maxLength: 2 }), fc.anything()), inputSchema: fc.anything() }),
  );
  fc.assert(
    fc.property(fc.array(item), items => {
      const { tools } = repairTools(items);
      expect(new Set(tools.map(tool => tool.name)).size).toBe(tools.length);
      expect(tools.every(tool => tool.inputSchema['type'] === 'object')).toBe(true);
      expect(repairTools(tools)).toEqual({ tools, warnings: [] });
    }),
  );
});
