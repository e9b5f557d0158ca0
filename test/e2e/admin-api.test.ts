// The admin API against its OpenAPI document: whatever is asked, the answer is one that the document has.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect } from 'vitest';
import { administered } from './admin.ts';
import { fixture, root, test } from './harness.ts';

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
}

interface Operation {
  operationId: string;
  parameters: { name: string; in: 'path' | 'query'; required: boolean; schema: Schema }[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: Schema }> }>;
}

const document = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8'));
const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
  ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const refusal = document.components.responses.refusal.content['application/json'].schema;

const servers = {
  memo: fixture('stateful'),
  remote: { url: 'http://127.0.0.1:9/mcp' },
  off: { url: 'https://e.example/mcp', enabled: false },
};

/** What is there, so that not everything that is asked for is missing. */
const known: Record<string, string[]> = {
  server: ['memo', 'remote', 'off', '__proto__'],
  tool: ['get', 'set'],
  query: ['remember a value'],
  client: ['cursor', 'claude-code'],
  connection: ['1', '2'],
};

/** What is asked first, where it takes more than the first of what is known. */
const first: Record<string, { given?: Record<string, string>; body?: unknown }> = {
  loginPage: { given: { server: 'remote' } },
  logOutOfServer: { given: { server: 'remote' } },
  addServer: { body: { name: 'more', settings: { url: 'https://more.example/mcp' } } },
  replaceServer: { body: { settings: { url: 'https://other.example/mcp' } } },
  checkConfiguration: { body: { text: '{}' } },
  planConfiguration: { body: { text: '{}' } },
  setExamples: { body: { examples: ['what was it'] } },
};

/** Done by other tests: versions and ids are not guessed. */
const notHere = ['writeConfiguration', 'getCall', 'endConnection', 'endSession', 'getLogs', 'getEvents'];

/** Values that `schema` has room for. */
function fitting(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(fitting));
  const { minimum, maximum, minLength, maxLength, maxItems, items, properties, required = [] } = schema;
  if (schema.type === 'integer') return fc.integer({ min: minimum, max: maximum });
  if (schema.type === 'number') return fc.double({ noNaN: true });
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'null') return fc.constant(null);
  if (schema.type === 'string') return fc.string({ minLength, maxLength: Math.min(maxLength ?? 20, 20) });
  if (schema.type === 'array')
    return fc.array(fitting(items ?? {}), { maxLength: Math.min(maxItems ?? 3, 3) });
  if (schema.type !== 'object') return fc.jsonValue({ maxDepth: 2 });
  if (properties === undefined) {
    const value = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {};
    return fc.dictionary(fc.string(), fitting(value), { maxKeys: 3, noNullPrototype: true });
  }
  const members = Object.entries(properties).map(([name, inner]) => [name, fitting(inner)] as const);
  return fc.record(Object.fromEntries(members), { requiredKeys: required as never[], noNullPrototype: true });
}

/** A request that fits, or nearly does, or does not at all; and the first one. */
function requests({ operationId, parameters, requestBody }: Operation) {
  const given = Object.fromEntries(
    parameters.map(({ name, in: where, required, schema }) => {
      const likely = known[name] === undefined ? [] : [fc.constantFrom(...known[name])];
      const any = fc.oneof(...likely, ...likely, fitting(schema).map(String), fc.string({ minLength: 1 }));
      return [name, where === 'path' || required ? any : fc.option(any, { nil: undefined })];
    }),
  );
  const schema = requestBody?.content['application/json'].schema;
  const body =
    schema === undefined
      ? fc.constant(undefined)
      : fc.oneof(fitting(schema), fitting(schema), fc.jsonValue());
  const usual = parameters.flatMap(({ name, in: where, required }) =>
    where === 'path' || required ? [[name, known[name]?.[0] ?? 'x']] : [],
  );
  const plain = { given: Object.fromEntries(usual), body: schema && {} };
  return { any: fc.record({ given: fc.record(given), body }), first: { ...plain, ...first[operationId] } };
}

function addressOf(
  path: string,
  { parameters }: Operation,
  given: Record<string, string | undefined>,
): string {
  const encoded = (name: string) => encodeURIComponent(given[name] ?? '');
  const query = parameters.filter(({ name, in: where }) => where === 'query' && given[name] !== undefined);
  const search = query.map(({ name }) => `${name}=${encoded(name)}`).join('&');
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(name)) + (search && `?${search}`);
}

test('the document of a gateway is that of the documents', async ({ place }) => {
  const { api } = await administered(place, {});
  expect((await api('GET', '/api/openapi.json')).body).toEqual(document);
});

test('every answer is one that the document has, whatever is asked', { timeout: 300_000 }, async ({
  place,
}) => {
  const { gateway, api } = await administered(place, servers, { gateway: { admin: { commands: false } } });
  await gateway.listed('memo');
  /** Asks until it is not for the number of requests that it is refused. */
  const patiently: typeof api = async (...asked) => {
    for (;;) {
      const answer = await api(...asked);
      if (answer.status !== 429) return answer;
      await delay(100);
    }
  };
  const file = join(place.folder, 'mcpx.json');
  const text = readFileSync(file, 'utf8');
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const refused = ajv.compile(refusal);
  const done = new Set<string>();
  for (const { path, method, operation } of operations) {
    const schema = operation.responses[200]!.content?.['application/json']?.schema;
    if (schema === undefined) continue; // a stream
    const good = ajv.compile(schema);
    writeFileSync(file, text); // whatever the operation before has made of it
    await patiently('POST', '/api/reload');
    const { any, first } = requests(operation);
    await fc.assert(
      fc.asyncProperty(any, async ({ given, body }) => {
        const address = addressOf(path, operation, given);
        const ask = given === first.given ? patiently : api;
        const { status, body: said } = await ask(method.toUpperCase(), address, body);
        const what = `${method} ${address} ${JSON.stringify(body)}: ${status} ${JSON.stringify(said).slice(0, 500)}`;
        expect(Object.keys(operation.responses), what).toContain(String(status));
        expect(status, what).not.toBe(500);
        if (status === 200) done.add(operation.operationId);
        const fits = status === 200 ? good : refused;
        expect(fits(said), `${what}\n${ajv.errorsText(fits.errors)}`).toBe(true);
      }),
      { numRuns: 25, endOnFailure: true, examples: [[first as never]] },
    );
  }
  const all = operations.map(({ operation }) => operation.operationId);
  expect(all.filter(id => !done.has(id) && !notHere.includes(id))).toEqual([]);
  expect(gateway.running).toBe(true);
  expect((await patiently('GET', '/api/status')).status).toBe(200);
});
