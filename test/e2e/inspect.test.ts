// What `inspect` and `resources` show.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { errorOf, fixture, root, test, textOf } from './harness.ts';

const servers = { one: fixture('echo'), wild: fixture('wild'), big: fixture('huge-list') };

describe('inspect', () => {
  test('without arguments shows every server with its state and tool count', async ({ place }) => {
    const client = await place.stdio('v1', { ...servers, broken: fixture('exits-at-start') });
    const text = await client.inspect();
    expect(text).toMatch(/^4 servers, 406 tools\./);
    expect(text).toMatch(/^- one: ready, 2 tools$/m);
    expect(text).toMatch(/^- wild: ready, 4 tools — Handle with care\.$/m);
    expect(text).toMatch(/^- big: ready, 400 tools$/m);
    expect(text).toMatch(/^- broken: (failed|connecting) \(.*exited with code 3.*\)$/m);
  });

  test('of a server shows signatures with descriptions, as many as asked for', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const text = await client.inspect({ server: 'one' });
    expect(text).toContain('one.echo(message: string)');
    expect(text).toContain('Adds two numbers');
    expect(text).toContain('resources({"server":"one"})');
    const few = await client.inspect({ server: 'big', limit: 2 });
    expect(few).toContain('and 398 more: inspect({"server":"big","limit":400})');
    expect((await client.inspect({ server: 'big', limit: 400 })).match(/big\.tool_\d+\(/g)).toHaveLength(399);
  });

  test('of a server shows all of its instructions, of which the list of servers has the beginning', async ({
    place,
  }) => {
    const folder = join(root, 'node_modules/@modelcontextprotocol/server-everything/dist');
    const everything = { command: process.execPath, args: [join(folder, 'index.js')] };
    const client = await place.stdio('v1', { everything });
    const instructions = readFileSync(join(folder, 'docs/instructions.md'), 'utf8').trim();
    expect(instructions.length).toBeGreaterThan(500);
    expect(await client.inspect({ server: 'everything' })).toContain(instructions);
    const [, line] = (await client.inspect()).split('\n');
    expect(line).toMatch(/^- everything: ready, \d+ tools — .*…?$/);
    expect(line!.length).toBeLessThan(200);
  });

  test('of a tool shows its declaration, its description, and as JSON all else that its server said', async ({
    place,
  }) => {
    const client = await place.stdio('v1', servers);
    const [declared, description, rest] = (await client.inspect({ tool: 'wild.wild' })).split('\n\n');
    expect(declared).toMatch(/^wild\.wild\(\n {2}anything\?: unknown, \/\/ Any value\n\)/);
    expect(description).toBe('Returns one of everything');
    expect(JSON.parse(rest!)).toMatchObject({
      'x-first': 'a key before the name',
      inputSchema: { 'x-order': ['anything'], properties: { anything: { 'x-widget': 'slider' } } },
      _meta: { 'example.com/ui': { resourceUri: 'ui://wild/panel' } },
    });
    expect(await client.inspect({ server: 'one', tool: 'add' })).toMatch(
      /^one\.add\(.*\): \{sum: number\}$/m,
    );
  });

  test('shows JSON Schema instead, of servers whose `compress.schemas` is off', async ({ place }) => {
    const wild = { ...fixture('wild'), compress: { schemas: false } };
    const client = await place.stdio('v1', { one: fixture('echo'), wild });
    const whole = await client.inspect({ tool: 'wild.wild' });
    expect(JSON.parse(whole.slice(whole.indexOf('\n')))).toMatchObject({
      name: 'wild',
      inputSchema: { $schema: 'https://json-schema.org/draft/2020-12/schema', 'x-order': ['anything'] },
    });
    expect(await client.inspect({ server: 'wild' })).toMatch(
      /^wild\.wild \{.*"x-widget":"slider".*\} — Returns one/m,
    );
    expect(await client.inspect({ query: 'returns one of everything' })).toMatch(/^wild\.wild \{"\$schema"/m);
    expect(await client.inspect({ query: 'add numbers' })).toMatch(/^one\.add\(a: number, b: number\)/m);
  });

  test('searches all servers, for one thing or several, given as text or list', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    expect(await client.inspect({ query: 'add numbers' })).toMatch(/^one\.add\(a: number, b: number\)/);
    const both = await client.inspect({ query: ['add numbers', 'fails politely'] });
    expect(both).toContain('one.add(');
    expect(both).toContain('wild.fails(');
    expect(await client.inspect({ query: ['tool number 7'], server: 'big', limit: 3 })).toContain(
      'big.tool_7(',
    );
    expect(await client.inspect({ query: ['zzzzqqqq'] })).toContain('No tool found');
  });

  test('tells of a server or a tool that is not there', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    expect(errorOf(await client.call('inspect', { server: 'wld' }))).toMatchObject({
      code: 'UNKNOWN_SERVER',
    });
    expect(errorOf(await client.call('inspect', { tool: 'one.nope' }))).toMatchObject({
      code: 'UNKNOWN_TOOL',
    });
    expect(errorOf(await client.call('inspect', { query: [1] }))).toMatchObject({ code: 'BAD_ARGUMENTS' });
  });

  test('is never empty while servers are still connecting: it waits, then names them', async ({ place }) => {
    const client = await place.stdio('v1', {
      slow: fixture('slow-start', '800'),
      mute: fixture('never-initializes'),
    });
    const text = await client.inspect({ query: ['returns the message'] });
    expect(text).toContain('slow.echo(message: string)');
    expect(text).toContain('Not listed yet, so their tools are missing here: mute.');
  });

  test('names the first of many that have not listed', async ({ place }) => {
    const mute = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`mute-${index}`, fixture('never-initializes')]),
    );
    const client = await place.stdio('v1', { one: fixture('echo'), ...mute });
    expect(await client.inspect({ query: ['echo'] })).toMatch(
      /missing here: mute-0, .*, mute-19 and 10 more\.$/,
    );
  });

  test('and the menu are the same after a restart, whichever server was faster', async ({ place }) => {
    const run = async (first: string, second: string) => {
      const file = {
        a: fixture('slow-start', first),
        b: fixture('slow-start', second),
        wild: fixture('wild'),
      };
      const client = await place.stdio('v1', file);
      await vi.waitFor(async () => expect(await client.inspect()).not.toContain('connecting'), {
        timeout: 15_000,
      });
      const said = [
        JSON.stringify(await client.tools()),
        await client.inspect({ query: ['echo', 'returns'] }),
      ];
      await client.close();
      return said;
    };
    const before = await run('0', '600');
    expect(await run('600', '0')).toEqual(before);
    expect(await run('0', '0')).toEqual(before);
  });

  test('tells how servers are that have not listed', async ({ place }) => {
    const client = await place.stdio('v1', { mute: fixture('never-initializes') });
    expect(await client.inspect()).toMatch(/- mute: connecting.*\n.*Not listed yet.*: mute\./);
  });
});

describe('resources', () => {
  test('lists resources and templates of one server or all', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const all = textOf(await client.resources());
    expect(all).toMatch(/one:\n- echo:\/\/text text \[text\/plain\]\n/);
    expect(all).toContain('- wild://binary binary');
    expect(all).toContain('- echo://said/{word} said — Says a word (a template: fill in the braces)');
    expect(textOf(await client.resources({ server: 'one' }))).not.toContain('wild://');
  });

  test('describes text without a description by its first characters, once its server is asked for', async ({
    place,
  }) => {
    const client = await place.stdio('v1', servers);
    expect(textOf(await client.resources())).not.toContain('nobody described');
    expect(textOf(await client.resources({ server: 'one' }))).toContain(
      '- echo://text text [text/plain] — A text that nobody described.',
    );
    expect(textOf(await client.resources())).toContain('nobody described'); // known by now
  });

  test('reads text as text, anything else as an embedded resource, and what only a template names', async ({
    place,
  }) => {
    const client = await place.stdio('v1', servers);
    expect((await client.resources({ uri: 'echo://text' })).content).toEqual([
      { type: 'text', text: 'A text that nobody described.' },
    ]);
    expect((await client.resources({ uri: 'echo://binary' })).content).toEqual([
      {
        type: 'resource',
        resource: { uri: 'echo://binary', mimeType: 'application/octet-stream', blob: '3q2+7w==' },
      },
    ]);
    expect(textOf(await client.resources({ uri: 'echo://said/hello' }))).toBe('hello');
  });

  test('asks for the server where several have a resource', async ({ place }) => {
    const client = await place.stdio('v1', { one: fixture('echo'), two: fixture('echo') });
    const result = await client.resources({ uri: 'echo://text' });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/2 servers have the resource "echo:\/\/text": "one", "two"/);
    expect(textOf(await client.resources({ uri: 'echo://text', server: 'two' }))).toContain(
      'nobody described',
    );
  });

  test('tells of what is not there: by the gateway, or in the server’s own words', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const unknown = await client.resources({ uri: 'echo://txt' });
    expect(errorOf(unknown)).toMatchObject({ code: 'UNKNOWN_RESOURCE' });
    expect(textOf(unknown)).toContain('echo://text');
    const refused = await client.resources({ uri: 'echo://nothing', server: 'one' });
    expect(errorOf(refused)).toMatchObject({ code: -32002, data: { uri: 'echo://nothing' } });
  });

  test('pages by cursor, and refuses one that is no cursor', async ({ place }) => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`s${index}`, fixture('echo')]));
    const client = await place.stdio('v1', many); // 20 servers with two resources and a template each
    await client.inspect();
    const first = textOf(await client.resources());
    expect(first).toContain('More: resources({"cursor":"50"})');
    const second = textOf(await client.resources({ cursor: '50' }));
    expect(first.match(/^- /gm)!.length + second.match(/^- /gm)!.length).toBe(60);
    expect(second).not.toContain('More:');
    expect(errorOf(await client.resources({ cursor: '5000' }))).toMatchObject({ code: 'BAD_CURSOR' });
    expect(errorOf(await client.resources({ cursor: '../x' }))).toMatchObject({ code: 'BAD_CURSOR' });
  });
});
