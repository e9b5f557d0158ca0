// What `exec` accepts, and what it answers to a call that cannot be right: always a result that a model can act on.
import { beforeAll, describe, expect, vi } from 'vitest';
import { childrenOf, commandOf } from '../fixtures/start.ts';
import {
  errorOf,
  fixture,
  kinds,
  type McpClient,
  main,
  markedWith,
  Printing,
  sharedPlace,
  test,
  textOf,
} from './harness.ts';

const servers = {
  one: fixture('echo'),
  two: fixture('echo'),
  'dotted.name': fixture('wild'),
  dotted: fixture('stateful'),
  odd: fixture('no-input-schema-type'),
  broken: fixture('exits-at-start'),
};

let client: McpClient;

beforeAll(async () => {
  client = await sharedPlace().stdio('v1', servers);
});

/** A wrong call: its text, and the code of the error. */
async function wrong(given: Record<string, unknown>): Promise<{ text: string; code: unknown }> {
  const result = await client.call('exec', given);
  expect(result.isError).toBe(true);
  return { text: textOf(result), code: errorOf(result)?.['code'] };
}

async function right(given: Record<string, unknown>): Promise<string> {
  const result = await client.call('exec', given);
  expect(result.isError, textOf(result)).not.toBe(true);
  return textOf(result);
}

describe('a tool is found by', () => {
  test.for([
    ['its address', { tool: 'one.echo' }],
    ['its name and server', { tool: 'echo', server: 'two' }],
    ['its address and server', { tool: 'two.echo', server: 'two' }],
    ['the bracket form', { tool: 'odd["echo"]' }],
    ['the bracket form with the server in brackets', { tool: '["one"]["echo"]' }],
  ])('%s', async ([, address]) => {
    expect(await right({ ...(address as object), arguments: { message: 'hi' } })).toBe('hi');
  });

  test('a bare name that only one server has', async () => {
    expect(await right({ tool: 'whoami' })).toMatch(/^\d+$/);
  });

  test('the longest server name that fits', async () => {
    expect(await right({ tool: 'dotted.name.meta' })).toContain('"meta"');
    expect(await right({ tool: 'dotted.whoami' })).toMatch(/^\d+$/);
  });
});

test.for(['__proto__', 'constructor', 'a.b', 'with space', 'émoji🎉', 'n'.repeat(300)])(
  'a tool called %j is shown and called in bracket form',
  async name => {
    const shown = await client.inspect({ server: 'odd', limit: 50 });
    const address = /^[A-Za-z_]\w*$/.test(name) ? `odd.${name}` : `odd[${JSON.stringify(name)}]`;
    expect(shown).toContain(address);
    expect(await right({ tool: `odd[${JSON.stringify(name)}]` })).toBe(name);
    expect(await right({ tool: name, server: 'odd' })).toBe(name);
  },
);

test.for(['__proto__', 'constructor', 'a.b.c', 'with space', 'émoji🎉', '["x"]', 's'.repeat(300)])(
  'a server called %j is listed, found, called and read',
  async (name, { place }) => {
    const other = await place.stdio(
      'v2 legacy',
      Object.fromEntries([
        [name, servers.one],
        ['two', servers.two],
      ]),
    );
    const [address] = /^\S.*echo[^(]*(?=\(message)/m.exec(await other.inspect({ server: name }))!;
    expect(await other.text(address, { message: 'by address' })).toBe('by address');
    const named = { server: name, tool: 'echo', arguments: { message: 'by name' } };
    expect(textOf(await other.call('exec', named))).toBe('by name');
    expect(textOf(await other.resources({ server: name, uri: 'echo://said/hi' }))).toBe('hi');
    expect(await other.inspect()).toContain('ready, 2 tools');
  },
);

describe('names the right thing when', () => {
  test('the server is unknown', async () => {
    const { text, code } = await wrong({ tool: 'echo', server: 'oen' });
    expect(code).toBe('UNKNOWN_SERVER');
    expect(text).toContain('Did you mean "one"?');
    for (const name of Object.keys(servers)) expect(text).toContain(JSON.stringify(name));
  });

  test('the tool is unknown: the nearest ones', async () => {
    const { text, code } = await wrong({ tool: 'one.ecko' });
    expect(code).toBe('UNKNOWN_TOOL');
    expect(text).toContain('there is no tool "ecko" on server "one"');
    expect(text).toContain('"echo"');
  });

  test('a bare name is ambiguous: the servers that have it', async () => {
    const { text, code } = await wrong({ tool: 'add', arguments: { a: 1, b: 2 } });
    expect(code).toBe('AMBIGUOUS_TOOL');
    expect(text).toMatch(/"one".*"two"/);
    expect(text).toContain('exec({ server: "one", tool: "add" })');
  });

  test('arguments do not fit: what, where, and the signature', async () => {
    const { text, code } = await wrong({ tool: 'one.add', arguments: { a: 'x' } });
    expect(code).toBe('BAD_ARGUMENTS');
    expect(text).toMatch(/^- .*a.*: /m);
    expect(text).toContain('number');
    expect(text).toMatch(/^- .*b/m);
    expect(text).toContain('one.add(a: number, b: number)');
  });

  test('arguments stand beside `arguments`: the corrected call', async () => {
    const { text } = await wrong({ tool: 'one.add', a: 1, arguments: { b: 2 } });
    expect(text).toContain('exec({"tool":"one.add","arguments":{"b":2,"a":1}})');
  });

  test('`arguments` is neither an object nor JSON', async () => {
    const { text, code } = await wrong({ tool: 'one.add', arguments: '{"a":1' });
    expect(code).toBe('BAD_ARGUMENTS');
    expect(text).toContain('must be an object');
    expect((await wrong({ tool: 'one.add', arguments: [1, 2] })).code).toBe('BAD_ARGUMENTS');
  });

  test.for([
    [{}],
    [{ tool: '' }],
    [{ tool: 7 }],
    [{ tool: 'one.echo', server: {} }],
    [{ tool: 'one.echo', select: 1 }],
  ])('exec itself is called with %j', async ([given]) => {
    expect((await wrong(given!)).code).toBe('BAD_ARGUMENTS');
  });

  test('the server is down: its state, its reason, its last words, what to do', async () => {
    const { text, code } = await wrong({ tool: 'broken.anything' });
    expect(code).toMatch(/^UPSTREAM_/);
    expect(text).toContain('server "broken" is failed');
    expect(text).toContain('exited with code 3');
    expect(text).toContain('fatal: FIXTURE_TOKEN is not set');
  });

  test('the tool is not one of the three', async () => {
    await expect(client.call('two.echo', { message: 'x' })).rejects.toThrow(/inspect, exec and resources/);
  });
});

test('arguments may come as JSON text, and none at all are an empty object', async () => {
  expect(await right({ tool: 'one.add', arguments: '{"a": 1, "b": 2}' })).toBe('{"sum":3}');
  expect(JSON.parse(await right({ tool: 'dotted.name.meta' }))).toMatchObject({ arguments: {} });
  expect(JSON.parse(await right({ tool: 'dotted.name.meta', arguments: null }))).toMatchObject({
    arguments: {},
  });
  expect(JSON.parse(await right({ tool: 'dotted.name.meta', arguments: '' }))).toMatchObject({
    arguments: {},
  });
});

describe('select', () => {
  test('takes a part of a structured result', async () => {
    expect(await right({ tool: 'one.add', arguments: { a: 1, b: 2 }, select: 'sum' })).toBe('3');
  });

  test('takes a part of text that is JSON', async () => {
    expect(
      await right({ tool: 'dotted.name.meta', arguments: { x: ['y'] }, select: 'arguments.x[0]' }),
    ).toContain('y');
  });

  test('that is no JMESPath is told before anything is sent', async () => {
    const before = Number(await right({ tool: 'dotted.count' }));
    const { code } = await wrong({ tool: 'dotted.count', select: '[[[' });
    expect(code).toBe('BAD_SELECT');
    expect(Number(await right({ tool: 'dotted.count' }))).toBe(before + 1);
  });

  test('leaves an error as it is', async () => {
    expect((await wrong({ tool: 'dotted.name.fails', select: 'reason' })).text).toBe('it did not work');
  });
});

test('a wrong call never reaches the upstream', async () => {
  const before = Number(await right({ tool: 'dotted.count' }));
  await wrong({ tool: 'dotted.set', arguments: { valu: 1 } });
  await wrong({ tool: 'dotted.count', value: 1 });
  expect(Number(await right({ tool: 'dotted.count' }))).toBe(before + 1);
});

test.for(kinds)('errors are results, not protocol errors, for %s', async (kind, { place }) => {
  const other = await place.stdio(kind, { one: servers.one });
  const result = await other.exec('nothing.here');
  expect(result).toMatchObject({
    isError: true,
    _meta: { 'mcpx/error': { code: 'UNKNOWN_TOOL', retryable: false } },
  });
});

test('a bare name is answered although a server is still starting that might have it', async ({ place }) => {
  const other = await place.stdio('v1', { slow: fixture('never-initializes'), one: servers.one });
  const result = await other.exec('nowhere');
  expect(textOf(result)).toContain('Not listed yet, so it may be there: "slow"');
});

test('on the command line, Ctrl-C ends the wait for a server, and the server', async ({ place }) => {
  const file = place.write({ mute: fixture('never-initializes') });
  const waiting = new Printing([main, 'exec', '--config', file, 'mute.x', '{}'], place.env());
  const servers = () => childrenOf(waiting.pid).map(commandOf);
  await vi.waitFor(
    () => expect(servers()).toContainEqual(expect.stringContaining('never-initializes')),
    10_000,
  );
  waiting.child.kill('SIGINT');
  const { code, out, err } = await waiting.exit;
  expect([code, out + err]).toEqual([1, expect.stringContaining('interrupted')]);
  expect(markedWith(place.folder)).toEqual([]);
}, 15_000);
