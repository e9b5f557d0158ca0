import { expect, test } from 'vitest';
import { mentions, schemaHazard, soundCopy } from './sound.ts';

function nested(levels: number): object {
  return levels === 0 ? {} : { not: nested(levels - 1) };
}

test('ordinary and recursive schemas are no hazard', () => {
  expect(schemaHazard({ type: 'object', properties: { a: { type: 'string' } } })).toBeUndefined();
  expect(
    schemaHazard({ properties: { next: { $ref: '#' }, other: { $ref: '#/properties/next' } } }),
  ).toBeUndefined();
  expect(schemaHazard(true)).toBeUndefined();
});

test('deep, circular and large schemas are', () => {
  expect(schemaHazard(nested(64))).toBeUndefined();
  expect(schemaHazard(nested(65))).toMatch('deeper than 64');
  const circle: Record<string, unknown> = {};
  circle['properties'] = { a: circle };
  expect(schemaHazard(circle)).toMatch('contains itself');
  expect(schemaHazard({ enum: Array.from({ length: 1001 }, () => ({})) })).toMatch('1000 parts');
});

test('references in a circle or multiplying are', () => {
  const loop = { $defs: { a: { $ref: '#/$defs/b' }, b: { anyOf: [{ $ref: '#/$defs/a' }] } } };
  expect(schemaHazard(loop)).toMatch('circle');
  const fan = Array.from({ length: 20 }, (_, i) => [
    `d${i}`,
    { anyOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
  ]);
  expect(schemaHazard({ $defs: Object.fromEntries(fan), $ref: '#/$defs/d0' })).toMatch('multiply');
});

test('nullable becomes a union, wherever it stands but at the top', () => {
  const ref = { $ref: '#/$defs/A', nullable: true };
  const copy = soundCopy({
    nullable: true,
    properties: { a: ref, b: { nullable: false } },
    $defs: { A: {} },
  });
  expect(copy).toEqual({
    properties: { a: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/A' }] }, b: {} },
    $defs: { A: {} },
  });
});

test('$async is gone, values and parameters of these names stay', () => {
  const schema = {
    $async: true,
    enum: [{ nullable: true }],
    properties: { $async: { type: 'string' }, nullable: { type: 'string' } },
  };
  const { $async: _, ...rest } = schema;
  expect(soundCopy(schema)).toEqual(rest);
  const proto = JSON.parse('{"properties":{"__proto__":{"type":"string"}}}');
  expect(JSON.stringify(soundCopy(proto))).toBe(JSON.stringify(proto));
});

test('keywords are found at any depth', () => {
  const schema = { properties: { a: { items: [{ not: {} }] } } };
  expect(mentions(schema, new Set(['not']))).toBe(true);
  expect(mentions(schema, new Set(['if']))).toBe(false);
});
