import { expect, test } from 'vitest';
import type { RawListing } from '../types.ts';
import { Catalog } from './catalog.ts';
import { Collisions } from './collisions.ts';
import { expose } from './exposed.ts';
import { findResource } from './find-resource.ts';
import { listing, server } from './listing.fixture.ts';

const capabilities = { tools: {}, resources: {} };
const resource = (uri: string) => ({ uri, name: uri });
const template = (uriTemplate: string) => ({ uriTemplate, name: uriTemplate });

function finder(servers: Record<string, Partial<RawListing>>) {
  const catalog = new Catalog(Object.keys(servers).map(name => server(name)));
  for (const [name, parts] of Object.entries(servers)) catalog.adopt(name, { ...listing(), ...parts }, true);
  const exposure = expose(catalog.snapshot, new Collisions());
  return (address: string) => {
    try {
      const { server, uri } = findResource(catalog.snapshot, exposure, address);
      return `${server} ${uri}`;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
}

test('it is with the server that lists it', () => {
  const find = finder({
    a: { resources: [resource('x:1')], capabilities },
    b: { resources: [resource('x:2')], capabilities },
  });
  expect([find('x:1'), find('x:2'), find('x:3')]).toEqual(['a x:1', 'b x:2', 'UNKNOWN_RESOURCE']);
});

test('which of two is meant is not guessed, but can be said', () => {
  const find = finder({ a: { resources: [resource('x:1')] }, b: { resources: [resource('x:1')] } });
  expect([find('x:1'), find('mcpx://at/b/x:1'), find('mcpx://at/c/x:1')]).toEqual([
    'AMBIGUOUS_RESOURCE',
    'b x:1',
    'UNKNOWN_RESOURCE',
  ]);
});

test('a template decides, the one with more fixed text first', () => {
  const find = finder({
    a: { templates: [template('db://{table}/rows/{id}')], capabilities },
    b: { templates: [template('db://users/rows/{id}'), template('{+any}')], capabilities },
  });
  expect(find('db://users/rows/7')).toBe('b db://users/rows/7');
  expect(find('db://orders/rows/7')).toBe('a db://orders/rows/7');
  expect(find('db://orders/7')).toBe('UNKNOWN_RESOURCE');
  expect(find('db://{table}/rows/{id}')).toBe('a db://{table}/rows/{id}');
});

test('what only one server can have is asked of that one', () => {
  const find = finder({ a: { capabilities }, b: {} });
  expect(find('anything:at/all')).toBe('a anything:at/all');
});

test('an interface that is not listed is with the server whose tool names it', () => {
  const tools = [{ name: 't', inputSchema: {}, _meta: { ui: { resourceUri: 'ui://app' } } }];
  const find = finder({ a: { capabilities }, b: { tools, capabilities } });
  expect([find('ui://app'), find('ui://other')]).toEqual(['b ui://app', 'UNKNOWN_RESOURCE']);
});

test('an address of fifty thousand braces and commas takes no time', () => {
  const find = finder({ a: { templates: [template(`x${'{/id*}'.repeat(2_000)}`)], capabilities } });
  const started = performance.now();
  find(`x${','.repeat(50_000)}`);
  expect(performance.now() - started).toBeLessThan(500);
});
