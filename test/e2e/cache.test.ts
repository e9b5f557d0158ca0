// Results that are given again: only those that may be, only for their time, only to those whom they belong to. Every
// answer of the fixtures is another one, so an answer seen twice was asked for once.
import { describe, expect, vi } from 'vitest';
import { execRaw, fixture, kinds, type McpClient, type Place, test, textOf, type Wire } from './harness.ts';

const ceiling = { timeout: 20_000, interval: 20 };
const cache = { ttlMs: 60_000, tools: ['plain'] };
const servers = {
  unique: { ...fixture('unique-answers'), cache },
  hinted: { ...fixture('hinted'), cache },
  plain: fixture('unique-answers'),
};

const twoKeys = {
  gateway: { keys: { a: '${env:KEY_A}', b: '${env:KEY_B}' } },
  env: { KEY_A: 'key-a', KEY_B: 'key-b' },
};

function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

/** Two clients of one key, the third of another. */
async function threeClients(place: Place): Promise<[McpClient, McpClient, McpClient]> {
  const { url } = await place.serve(servers, twoKeys);
  const client = (name: string, key: string) => place.http('v2 modern', url, { name, headers: bearer(key) });
  return Promise.all([client('one', 'key-a'), client('two', 'key-a'), client('one', 'key-b')]);
}

/** The texts that `tool` answers when it is called twice. */
const twice = async (client: McpClient, tool: string) => [await client.text(tool), await client.text(tool)];

const read = async (client: McpClient, uri: string, server = 'hinted') =>
  textOf(await client.resources({ server, uri }));

describe.each(kinds)('%s client', kind => {
  test.for(['read', 'plain'])('is given the result of `%s` again', async (tool, { place }) => {
    const client = await place.stdio(kind, servers);
    const [first, second] = await twice(client, `unique.${tool}`);
    expect(first).toMatch(/^\d+ 1$/);
    expect(second).toBe(first);
  });
});

test.for(['unique.write', 'unique.fails', 'unique.refuses', 'plain.read', 'plain.plain', 'hinted.asks'])(
  '%s is called each time: it changes something, fails, asks back, or nobody has allowed it',
  async (tool, { place }) => {
    const wire = await place.rawStdio('modern', place.stdioCommand(servers));
    const canAnswer = {
      'io.modelcontextprotocol/clientCapabilities': { elicitation: {}, roots: {}, sampling: {} },
    };
    const call = () => execRaw(wire, tool, {}, canAnswer);
    const answers = [await call(), await call()].map(({ result }) => JSON.stringify(result));
    expect(answers[0]).toMatch(/\d+ [12]\b/); // a server that asks counts its state, which is sealed, and its question
    expect(answers[1]).not.toBe(answers[0]);
  },
);

test('the order of keys does not matter, their values do', async ({ place }) => {
  const client = await place.stdio('v1', servers);
  const first = await client.text('unique.read', { a: { x: 1, y: [1, 2] }, b: 'c' });
  expect(await client.text('unique.read', { b: 'c', a: { y: [1, 2], x: 1 } })).toBe(first);
  expect(await client.text('unique.read', { b: 'c', a: { y: [2, 1], x: 1 } })).not.toBe(first);
});

test('a result belongs to its key: to all clients of that, and to no other', async ({ place }) => {
  const [one, two, stranger] = await threeClients(place);
  const first = await one.text('unique.read');
  expect(await two.text('unique.read')).toBe(first);
  expect(await stranger.text('unique.read')).not.toBe(first);
});

test('a result is asked for again when its time is over', async ({ place }) => {
  const client = await place.stdio('v1', {
    unique: { ...fixture('unique-answers'), cache: { ttlMs: 2_000 } },
  });
  const [first, second] = await twice(client, 'unique.read');
  expect(second).toBe(first);
  await vi.waitFor(async () => expect(await client.text('unique.read')).not.toBe(first), ceiling);
});

test('a server that says that its list has changed is asked again', async ({ place }) => {
  const client = await place.stdio('v1', servers);
  const first = await client.text('unique.read');
  const other = await client.text('hinted.read');
  await client.text('unique.change');
  expect(await client.text('unique.read')).not.toBe(first);
  expect(await client.text('hinted.read')).toBe(other);
});

describe('equal calls under way', () => {
  /** Starts calls that wait, and returns when the server has what it gets of them. */
  async function start(client: McpClient, count: number, onprogress?: () => void) {
    expect(await client.text('unique.release')).toBe('0'); // the connection is open
    const aborts = Array.from({ length: count }, () => new AbortController());
    const calls = aborts.map(({ signal }) => client.exec('unique.wait', {}, { signal, onprogress }));
    const texts = calls.map(call => call.then(textOf, () => 'cancelled'));
    expect(await client.text('unique.tick')).toBe('1');
    return { aborts, texts };
  }

  test.for(kinds)('of a %s client are one', async (kind, { place }) => {
    const client = await place.stdio(kind, servers);
    const { texts } = await start(client, 20);
    expect(await client.text('unique.release')).toBe('1');
    expect(new Set(await Promise.all(texts)).size).toBe(1);
    expect(await client.text('unique.cancelled')).toBe('[]');
  });

  test('outlive the one that is cancelled, be it the first', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const { aborts, texts } = await start(client, 20);
    aborts[0]!.abort();
    expect(await texts[0]).toBe('cancelled');
    expect(await client.text('unique.cancelled')).toBe('[]');
    expect(await client.text('unique.release')).toBe('1');
    const answers = await Promise.all(texts.slice(1));
    expect([new Set(answers).size, answers[0]]).toEqual([1, expect.stringMatching(/^\d+ 1$/)]);
  });

  test('are cancelled with the last of them, once', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const { aborts } = await start(client, 3);
    for (const abort of aborts) abort.abort('enough');
    const told = async () => JSON.parse(await client.text('unique.cancelled')) as unknown;
    await vi.waitFor(async () => expect(await told()).toEqual([expect.stringContaining('enough')]), ceiling);
    expect(await client.text('unique.release')).toBe('0');
  });

  test('all hear of progress', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    let heard = 0;
    const { texts } = await start(client, 5, () => heard++);
    await vi.waitFor(() => expect(heard).toBe(5), ceiling);
    await client.text('unique.release');
    await Promise.all(texts);
  });

  test('of different keys stay apart', async ({ place }) => {
    const clients = await threeClients(place);
    const answers: string[] = [];
    const calls = clients.map(async (client, index) => {
      answers[index] = await client.text('unique.wait');
    });
    await vi.waitFor(async () => {
      for (const client of clients) await client.text('unique.release');
      expect(Object.keys(answers)).toHaveLength(3);
    }, ceiling);
    await Promise.all(calls);
    const [first, second, other] = answers;
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe('a resource', () => {
  const again = async (client: McpClient, uri: string, other: McpClient) => {
    const first = await read(client, uri);
    return [(await read(client, uri)) === first, (await read(other, uri)) === first];
  };

  test.for([
    ['hinted://public/60000', true, true],
    ['hinted://private/60000', true, false],
    ['hinted://none/60000', true, false],
    ['hinted://PUBLIC/60000', true, false],
    ['hinted://public/0', false, false],
    ['hinted://public/-1', false, false],
    ['hinted://public/"60000"', false, false],
    ['hinted://public/none', false, false],
  ] as const)(
    '%s is given again to its reader: %s, to another key: %s',
    async ([uri, own, all], { place }) => {
      const [client, , stranger] = await threeClients(place);
      expect(await again(client, uri, stranger)).toEqual([own, all]);
    },
  );

  test('is read again when its server’s time is over', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const uri = 'hinted://private/2000';
    const first = await read(client, uri);
    expect(await read(client, uri)).toBe(first);
    await vi.waitFor(async () => expect(await read(client, uri)).not.toBe(first), ceiling);
  });

  test('of a server that gives no hints is read each time', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const first = await read(client, 'unique://text', 'unique');
    expect(await read(client, 'unique://text', 'unique')).not.toBe(first);
  });
});

test('what was done with a result for one client does not show for the next', async ({ place }) => {
  const { url } = await place.serve(servers);
  const [legacy, modern] = [await place.rawHttp('legacy', url), await place.rawHttp('modern', url)];
  const ask = async (wire: Wire, more = {}) =>
    (await wire.request('tools/call', { name: 'exec', arguments: { tool: 'hinted.read', ...more } })).result!;
  const first = await ask(legacy);
  expect(Object.keys(first)).toEqual(['content']);
  const other = await ask(modern);
  expect(other).toMatchObject({ ...first, resultType: 'complete' });
  await ask(legacy, { select: '@' });
  expect([await ask(legacy), await ask(modern)]).toEqual([first, other]);
});

describe('the list of the gateway itself', () => {
  const hintOf = async (wire: Wire) => {
    const [first, second] = [await wire.request('tools/list'), await wire.request('tools/list')];
    expect(second.result).toEqual(first.result);
    const { ttlMs, cacheScope } = first.result!;
    return { ttlMs, cacheScope };
  };
  const shared = { ttlMs: 30_000, cacheScope: 'public' };

  test('may be kept by everybody for half a minute, in the 2026 era', async ({ place }) => {
    const { url } = await place.serve(servers);
    expect(await hintOf(await place.rawHttp('modern', url))).toEqual(shared);
    expect(await hintOf(await place.rawStdio('modern', place.stdioCommand(servers)))).toEqual(shared);
  });

  test('is only for those who have a key, where there are keys', async ({ place }) => {
    const { url } = await place.serve(servers, twoKeys);
    const wire = await place.rawHttp('modern', url, bearer('key-a'));
    expect(await hintOf(wire)).toEqual({ ...shared, cacheScope: 'private' });
  });

  test('says nothing of it in the 2025 era', async ({ place }) => {
    const { url } = await place.serve(servers);
    const wire = await place.rawHttp('legacy', url);
    expect(Object.keys((await wire.request('tools/list')).result!)).toEqual(['tools']);
  });
});
