import { expect, test } from 'vitest';
import type { Tool } from '../types.ts';
import { shortened, toolFields } from './fields.ts';

const fieldsOf = (tool: Partial<Tool>, examples: string[] = []) =>
  toolFields('server', { name: 'tool', inputSchema: { type: 'object' }, ...tool }, examples);

/** Names, descriptions and values of the parameters of a schema. */
const parameters = (schema: object) => fieldsOf({ inputSchema: schema as Tool['inputSchema'] }).slice(4, 7);

test('a tool says itself in eight fields', () => {
  const schema = { properties: { a: { description: 'about a', enum: ['x', 1, 'y'] } }, description: 'all' };
  const tool = {
    title: 'Title',
    description: 'What it does',
    inputSchema: schema as unknown as Tool['inputSchema'],
  };
  expect(fieldsOf(tool, ['ask so'])).toEqual([
    ['tool'],
    ['server'],
    ['Title'],
    ['What it does'],
    ['a'],
    ['about a'],
    ['x', 'y'],
    ['ask so'],
  ]);
  expect(fieldsOf({})).toEqual([['tool'], ['server'], [], [], [], [], [], []]);
});

test('a title may stand among the annotations, as it did at first', () => {
  expect(fieldsOf({ annotations: { title: 'Old' } })[2]).toEqual(['Old']);
  expect(fieldsOf({ title: 'New', annotations: { title: 'Old' } })[2]).toEqual(['New']);
  expect(fieldsOf({ title: 7, annotations: 'none' } as unknown as Tool)[2]).toEqual([]);
});

test.each(['anyOf', 'oneOf', 'allOf'])('what stands in %s is read', word => {
  expect(parameters({ [word]: [{ properties: { a: { description: 'd' } } }, null] })).toEqual([
    ['a'],
    ['d'],
    [],
  ]);
});

test('so is what stands in items and definitions, nested ones after those that contain them', () => {
  const deep = { properties: { deep: {} } };
  const schema = { properties: { list: { items: deep }, other: {} }, $defs: { one: { enum: ['v'] } } };
  expect(parameters(schema)).toEqual([['list', 'other', 'deep'], [], ['v']]);
});

test('schemas are read within bounds', () => {
  const many = (length: number) => Array.from({ length }, (_, index) => `n${index}`);
  const properties = Object.fromEntries(many(300).map(name => [name, { enum: many(3) }]));
  const [names, , values] = parameters({ properties });
  expect(names).toHaveLength(200);
  expect(values!.length).toBeGreaterThanOrEqual(100);
  expect(values!.length).toBeLessThan(103);
  expect(parameters({ enum: many(300) })[2]).toHaveLength(100);
  const alternatives = many(300).map(name => ({ properties: { [name]: {} } }));
  expect(parameters({ anyOf: alternatives })[0]).toHaveLength(200);
  const circle: { items?: unknown; description: string } = { description: 'again' };
  circle.items = circle;
  expect(parameters(circle)[1]).toHaveLength(399);
});

test('of the texts of a field eight thousand characters are read, with a space between them', () => {
  const text = 'x'.repeat(3_000);
  expect(shortened([text, text, text, text]).map(({ length }) => length)).toEqual([3_000, 3_000, 1_998]);
  expect(shortened(['y'.repeat(7_999), 'z'])).toHaveLength(1);
  expect(shortened([])).toEqual([]);
});
