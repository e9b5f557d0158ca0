// What must survive on the way from a schema to a model, shown with generated schemas and the TypeScript compiler.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../types.ts';
import { declaration } from './declaration.ts';
import { signature } from './signature.ts';
import { complaints, readBack, type Skeleton, statementOf, toolOf } from './typescript.fixture.ts';

/** A schema, and what must be readable from its type. */
interface Sample {
  schema: JsonObject;
  skeleton: Skeleton;
}

const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.stringMatching(/^[a-z]\w{0,8}$/),
  fc.constantFrom(
    'default',
    'in',
    'new',
    'get',
    'readonly',
    'arguments',
    'this',
    'constructor',
    '__proto__',
    'x-y',
    '1',
  ),
  fc.constantFrom('', '\u202e', '\ud800', '*/', '//', '"', '\n', 'größe', '日本', '\u{10400}'),
);
const value = fc.oneof(fc.string({ maxLength: 20 }), fc.integer(), fc.boolean());
const remark = fc.oneof(
  fc.string({ unit: fc.constantFrom('*', '/', '\n', '\r', '\u2028', '`', '"', 'a', ' '), maxLength: 20 }),
  fc.constantFrom('Reads.', '*/ }', '// a\nb', '\u001b[31mred'),
);
const primitive = fc
  .tuple(fc.constantFrom('string', 'number', 'boolean'), remark, fc.boolean())
  .map(([type, description, format]): Sample => {
    return { schema: { type, description, ...(format && { format: description }) }, skeleton: type };
  });
const choice = fc.uniqueArray(value, { minLength: 1, maxLength: 8 }).map((values): Sample => {
  return { schema: { enum: values }, skeleton: { values } };
});

/** Samples that may refer to these definitions. */
function samples(definitions: Sample[]): fc.Arbitrary<Sample> {
  const references = definitions.map(({ skeleton }, index): Sample => {
    return { schema: { $ref: `#/$defs/Def%20${index}` }, skeleton };
  });
  const { sample } = fc.letrec<{ sample: Sample }>(tie => ({
    sample: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      primitive,
      choice,
      ...(references.length > 0 ? [fc.constantFrom(...references)] : []),
      listOf(tie('sample')),
      objectOf(tie('sample')),
    ),
  }));
  return sample;
}

function listOf(items: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
  return items.map(({ schema, skeleton }) => ({
    schema: { type: 'array', items: schema, minItems: 1 },
    skeleton: { items: skeleton },
  }));
}

function objectOf(samples: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
  const member = fc.record({
    name,
    needed: fc.boolean(),
    nullable: fc.boolean(),
    preset: fc.option(fc.jsonValue(), { nil: undefined }),
    sample: samples,
  });
  const members = fc.uniqueArray(member, { selector: member => member.name, minLength: 1, maxLength: 6 });
  return members.map(list => {
    const properties = list.map(({ name, nullable, preset, sample: { schema } }) => {
      const type = nullable ? { anyOf: [schema, { type: 'null' }] } : schema;
      return [name, { ...type, ...(preset !== undefined && { default: preset }) }];
    });
    const required = list.flatMap(({ name, needed }) => (needed ? [name] : []));
    return {
      schema: { type: 'object', properties: Object.fromEntries(properties), required },
      skeleton: {
        members: list.map(({ name, needed, nullable, sample: { skeleton } }) => {
          return [name, !needed, nullable ? { nullable: skeleton } : skeleton];
        }),
      },
    };
  });
}

/** Arguments of a tool, with up to three definitions that anything in them may refer to. */
const args = fc.array(objectOf(samples([])), { maxLength: 3 }).chain(definitions => {
  const $defs = Object.fromEntries(definitions.map(({ schema }, index) => [`Def ${index}`, schema]));
  return objectOf(samples(definitions)).map(({ schema, skeleton }) => ({
    schema: { ...schema, $defs },
    skeleton,
  }));
});

/** Objects without a certain order of names: JavaScript puts whole numbers first. */
function sorted(skeleton: Skeleton): Skeleton {
  if (typeof skeleton === 'string' || 'values' in skeleton) return skeleton;
  if ('items' in skeleton) return { items: sorted(skeleton.items) };
  if ('nullable' in skeleton) return { nullable: sorted(skeleton.nullable) };
  const members = skeleton.members.map(([name, optional, type]) => [name, optional, sorted(type)] as const);
  return { members: members.sort(([a], [b]) => (a < b ? -1 : 1)) as never };
}

describe.each([
  ['signature', (tool: ReturnType<typeof toolOf>) => signature('s', tool, { maxLength: 1_000_000 })],
  ['declaration', (tool: ReturnType<typeof toolOf>) => declaration('s', tool)],
])('through a %s', (_, shown) => {
  test('names, optionality and enum values survive', () => {
    fc.assert(
      fc.property(args, ({ schema, skeleton }) => {
        const tool = toolOf(schema);
        const statement = statementOf(shown(tool), 's', tool);
        expect(complaints(statement)).toEqual([]);
        expect(sorted(readBack(statement))).toEqual(sorted(skeleton));
      }),
      { numRuns: 150 },
    );
  });
});

const keyword = fc.constantFrom(
  ...[
    'type',
    'properties',
    'required',
    'items',
    'prefixItems',
    'anyOf',
    'allOf',
    'oneOf',
    'enum',
    'const',
    '$ref',
  ],
  ...[
    'additionalProperties',
    'patternProperties',
    'default',
    'nullable',
    'description',
    'format',
    'pattern',
    'minLength',
  ],
  ...['__proto__', 'constructor'],
);

const { json } = fc.letrec(tie => ({
  json: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom(
      'object',
      'array',
      'string',
      '#',
      '#/properties/a',
      '__proto__',
      '\u202e\n*/',
      1,
      true,
      null,
    ),
    fc.dictionary(fc.oneof(keyword, fc.string()), tie('json'), { maxKeys: 5 }),
    fc.array(tie('json'), { maxLength: 5 }),
  ),
}));

test('no JSON makes it throw, or print what does not parse or cannot be seen', () => {
  fc.assert(
    fc.property(json, json, (inputSchema, outputSchema) => {
      const tool = toolOf(inputSchema, { outputSchema });
      const line = signature('s', tool);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(line.length).toBeLessThanOrEqual(600);
      const statements = [line, declaration('s', tool)].map(text => statementOf(text, 's', tool));
      expect(statements[1]).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(complaints(statements.join(';\n'))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
